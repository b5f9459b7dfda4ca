#!/usr/bin/python3
"""Proves that each check of tools/tidy finds what it is for, and lets good code pass."""
import importlib.machinery
import importlib.util
import os
import unittest

TIDY = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools', 'tidy')
loader = importlib.machinery.SourceFileLoader('tidy', TIDY)
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader('tidy', loader))
loader.exec_module(tidy)

PUBLIC = {'core': {'core/core.h'}, 'compute': {'compute/compute.h', 'compute/server.h'},
          'network': {'network/network.h'}, 'image': {'image/image.h'}}


def function(name, lines):
    return f'int {name}(\n    int a) {{\n' + '    work();\n' * (lines - 3) + '}\n'


class Tidy(unittest.TestCase):
    def finds(self, count, found):
        found = list(found)
        self.assertEqual(count, len(found), found)

    def test_lines_and_files_have_limits(self):
        self.finds(1, tidy.check_lines('src/a.cpp', 'x' * 101 + '\n' + 'y' * 100 + '\n'))
        self.finds(0, tidy.check_lines('src/a.cpp', 'R"(\n' + 'x' * 200 + '\n)"\n'))
        self.finds(1, tidy.check_lines('src/a.cpp', 'x \n'))
        self.finds(1, tidy.check_file_length('src/a.cpp', '\n' * 501))
        self.finds(0, tidy.check_file_length('src/a.cpp', '\n' * 500))

    def test_functions_have_limits(self):
        self.finds(0, tidy.check_functions('src/a.cpp', function('f', 70)))
        found = list(tidy.check_functions('src/a.cpp', function('short', 9) + '\n' + function('A::f', 71)))
        self.assertEqual([('A::f', 71)], [(each.name, each.number) for each in found])

    def test_handlers_have_a_smaller_limit(self):
        handler = 'Task<Reply> show(Request& request) {\n' + '    work();\n' * 39 + '}\n'
        self.finds(1, tidy.check_functions('src/compute/api/a.cpp', handler))
        self.finds(0, tidy.check_functions('src/compute/work/a.cpp', handler))

    def test_tables_and_classes_are_no_functions(self):
        table = 'const Fields<A> fields{\n    {"a", computed<A>([](int x) {\n' + '    work();\n' * 90 + '    })},\n};\n'
        self.finds(0, tidy.check_functions('src/a.cpp', table))
        self.finds(0, tidy.check_functions('src/a.cpp', 'class A : B {\n' + '    int f();\n' * 90 + '};\n'))
        method = 'class A {\n    A(int a)\n        : a_{a},\n          b_(a) {\n' + '        work();\n' * 70 + '    }\n};\n'
        self.finds(1, tidy.check_functions('src/a.cpp', method))

    def test_strings_and_comments_are_not_code(self):
        text = tidy.blank('a("}{ // \\"x"); // }\nR"(\n}\n)" \'{\' 1\'000')
        self.assertNotIn('}', text)
        self.assertEqual(3, text.count('\n'))

    def test_dependencies_point_down(self):
        self.finds(1, tidy.check_arrows('src/core/a.cpp', '#include "image/image.h"\n', PUBLIC))
        self.finds(1, tidy.check_arrows('src/image/a.cpp', '#include "compute/compute.h"\n', PUBLIC))
        self.finds(0, tidy.check_arrows('src/compute/a.cpp', '#include "network/network.h"\n', PUBLIC))
        self.finds(0, tidy.check_arrows('src/main/a.cpp', '#include "compute/server.h"\n', PUBLIC))

    def test_services_are_used_by_their_face(self):
        self.finds(1, tidy.check_arrows('src/main/a.cpp', '#include "compute/store/server_store.h"\n', PUBLIC))
        self.finds(1, tidy.check_arrows('src/main/a.cpp', '#include "up.h"\n', PUBLIC))

    def test_libraries_stay_where_they_belong(self):
        self.finds(1, tidy.check_third_party('src/compute/a.cpp', '#include <soci/soci.h>\n'))
        self.finds(0, tidy.check_third_party('src/core/sql/a.cpp', '#include <soci/soci.h>\n'))
        self.finds(1, tidy.check_third_party('src/core/json/a.h', '#include <boost/json/src.hpp>\n'))
        self.finds(1, tidy.check_third_party('src/a/a.cpp', '#include <absl/strings.h>\n'))
        self.finds(0, tidy.check_third_party('src/a/a.cpp', '#include <sys/stat.h>\n#include <map>\n'))

    def test_headers_are_well_formed(self):
        self.finds(1, tidy.check_header('src/a.h', '// A.\n#pragma once\n'))
        self.finds(1, tidy.check_header('src/a.h', '#pragma once\nusing namespace std;\n'))
        self.finds(0, tidy.check_header('src/a.h', '#pragma once\n// no using namespace here\n'))

    def test_a_file_includes_its_own_header_first(self):
        paths = {'src/a/x.h', 'src/a/x.cpp'}
        self.finds(1, tidy.check_own_header_first('src/a/x.cpp', '#include <map>\n#include "a/x.h"\n', paths))
        self.finds(0, tidy.check_own_header_first('src/a/x.cpp', '#include "a/x.h"\n', paths))

    def test_nothing_is_left_unfinished_or_tied_to_a_machine(self):
        self.finds(1, tidy.check_words('src/a.cpp', '// TO' + 'DO later\n'))
        self.finds(1, tidy.check_words('docs/a.md', 'see /ho' + 'me/someone/x\n'))
        self.finds(0, tidy.check_words('docs/a.md', 'src/compute/work/ and ${D}/home/x\n'))

    def test_sql_is_for_every_database(self):
        self.finds(2, tidy.check_sql('src/a/x.sql', 'CREATE TABLE a (\n id INTEGER AUTOINCREMENT,\n b BOOLEAN)'))
        self.finds(0, tidy.check_sql('src/a/x.sql', '-- no BOOLEAN here\nCREATE TABLE a (b INTEGER)'))
        self.finds(1, tidy.check_sql('src/a/x.cpp', 'f("INSERT INTO a VALUES (?) RETURNING id");\n'))

    def test_names_are_nouns_in_snake_case(self):
        self.finds(1, tidy.check_name('src/a/FooBar.cpp'))
        self.finds(1, tidy.check_name('src/a/string_utils.cpp'))
        self.finds(0, tidy.check_name('src/a/server_store.cpp'))

    def test_links_lead_somewhere(self):
        paths = {'docs/a.md', 'src/core/x.cpp'}
        self.finds(1, tidy.check_links('docs/a.md', '[b](b.md)', paths))
        self.finds(0, tidy.check_links('docs/a.md', '[x](../src/core/x.cpp) [c](../src/core) [w](https://a/b)', paths))

    def test_folders_have_limits(self):
        self.finds(1, tidy.check_folders([f'src/a/{n}.cpp' for n in range(31)]))
        self.finds(0, tidy.check_folders([f'src/a/{n}_test.cpp' for n in range(31)]))


if __name__ == '__main__':
    unittest.main()
