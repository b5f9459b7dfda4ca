#pragma once
// Fields<T>: a resource as one table. A row says how one field is called on the wire, which member
// holds it, who may set it and when, what is valid, and from which microversion it exists. Parsing,
// validation, views, filters, sorting and paging all come from the same rows.
//
//   const json::Fields<Keypair> keypair_fields{"keypair", "keypairs", {
//       {"name",       &Keypair::name, required, text(1, 255)},
//       {"type",       &Keypair::type, since(2, 2), one_of({"ssh", "x509"})},
//       {"public_key", &Keypair::public_key, required_since(2, 92), text(1, 65535)},
//       {"fingerprint",&Keypair::fingerprint, read_only},
//       {"links",      computed<Keypair>(write_links)},
//   }};
//
// Member types: see fields_convert.h. Errors are bad_request() naming the field, what is wrong and
// what would be right. Several rows may have one name, if they differ in versions or if one is only
// shown and the other only accepted.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/time.h"
#include "core/http/headers.h"
#include "core/http/version.h"
#include "core/json/fields_convert.h"
#include "core/json/json.h"
#include "core/sql/page.h"

namespace welkin::json {

/// What a view depends on.
struct View {
    View() = default;
    View(Version v) : version(v) {}  // NOLINT: a version alone is the usual view
    Version version{};
    bool admin = false;                       ///< shows rows marked admin_only
    std::set<std::string, std::less<>> only;  ///< ?fields=a&fields=b; empty: all
    std::string base_url;                     ///< for links: "http://host:port/compute/v2.1"
    std::string project_id;
};

// ---- modifiers of a row
// ---------------------------------------------------------------------------
enum class Mark {
    required,           ///< must be there on create
    read_only,          ///< shown, never accepted
    write_only,         ///< accepted, never shown (passwords)
    create_only,        ///< accepted on create, refused on update
    hidden_when_empty,  ///< left out of views while empty, zero or null
    admin_only,         ///< shown to admins only (View::admin)
    no_filter,          ///< not usable as ?name=value
    no_sort,            ///< not usable as sort key
    stored,             ///< not on the wire: only in save()/load() of workflow contexts
    lenient,            ///< takes "1" for 1, "true" or 1 for true, 1 for "1"
    time_micros,        ///< a Time shown with format_time_micros()
    time_bare,          ///< a Time shown with format_time_bare()
};
inline constexpr Mark required = Mark::required;
inline constexpr Mark read_only = Mark::read_only;
inline constexpr Mark write_only = Mark::write_only;
inline constexpr Mark create_only = Mark::create_only;
inline constexpr Mark hidden_when_empty = Mark::hidden_when_empty;
inline constexpr Mark admin_only = Mark::admin_only;
inline constexpr Mark no_filter = Mark::no_filter;
inline constexpr Mark no_sort = Mark::no_sort;
inline constexpr Mark stored = Mark::stored;
inline constexpr Mark lenient = Mark::lenient;
inline constexpr Mark time_micros = Mark::time_micros;
inline constexpr Mark time_bare = Mark::time_bare;

struct Since {
    Version v;
};  ///< exists (shown and accepted) from v on
struct Until {
    Version v;
};  ///< exists up to and including v
struct AcceptedSince {
    Version v;
};
struct RequiredSince {
    Version v;
};
struct ShownSince {
    Version v;
};
struct Column {
    const char* name;
};  ///< SQL column, if not the field's name
struct Default {
    Value value;
};  ///< taken when absent on create
/// Throws bad_request() (or anything else) for a value that will not do. `name` is the field's.
struct Check {
    std::function<void(std::string_view name, const Value& value)> check;
};

constexpr Since since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr Until until(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr AcceptedSince accepted_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr RequiredSince required_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr ShownSince shown_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr Column column(const char* name) { return {name}; }
inline Default by_default(Value value) { return {std::move(value)}; }

Check text(size_t min_characters, size_t max_characters);  ///< UTF-8, no NUL
Check printable_name(
    size_t max_characters);  ///< text(1, max) without leading/trailing blanks or control characters
Check one_of(std::vector<std::string> allowed);
Check range(int64_t first, int64_t last);
Check uuid();
Check pattern(std::string regex,
              std::string what_it_should_be);  ///< ECMAScript, whole match, on bounded text
Check ip_address();                            ///< v4 or v6
Check cidr();
Check mac_address();
Check strings(size_t max_count, size_t max_characters);                ///< list of strings
Check string_map(size_t max_count, size_t max_key, size_t max_value);  ///< object of strings

/// A field that is made for the view and never read: links, nested objects.
template <class T>
struct Computed {
    std::function<void(Writer&, const T&, const View&)> write;
};
template <class T, class F>
Computed<T> computed(F function) {
    return {std::function<void(Writer&, const T&, const View&)>(function)};
}

struct Rules {
    uint32_t marks = 0;  ///< one bit for each Mark
    VersionRange exists{};
    Version accepted_since{};
    Version shown_since{};
    std::optional<Version> required_since;
    std::string column;
    std::optional<Value> default_value;
    std::vector<Check> checks;

    bool marked(Mark mark) const { return (marks & (1u << static_cast<unsigned>(mark))) != 0; }
    void apply(Mark mark) { marks |= 1u << static_cast<unsigned>(mark); }
    void apply(Since mark) { exists.first = mark.v; }
    void apply(Until mark) { exists.last = mark.v; }
    void apply(AcceptedSince mark) { accepted_since = mark.v; }
    void apply(RequiredSince mark) { required_since = mark.v; }
    void apply(ShownSince mark) { shown_since = mark.v; }
    void apply(Column mark) { column = mark.name; }
    void apply(Default mark) { default_value = std::move(mark.value); }
    void apply(Check mark) { checks.push_back(std::move(mark)); }
};

/// What to do with fields that may not be given: those no row names, and those only shown.
enum class Unknown { refuse, ignore };

/// How a service pages: names of query parameters and limits.
struct PageRules {
    int default_limit = 1000;
    int max_limit = 1000;
    const char* id_column = "id";
    bool sort_keys_joined = false;       ///< identity/image old style "sort=name:asc,id"
    bool descending_by_default = false;  ///< sort_key without sort_dir
    bool in_prefix = false;       ///< image: ?name=in:a,b and ?created_at=gt:2026-01-01T00:00:00Z
    bool refuse_unknown = false;  ///< 400 for a query parameter nobody knows
    std::vector<std::string> known = {};          ///< further parameters the handler reads itself
    std::vector<sql::SortKey> default_sort = {};  ///< e.g. created_at descending
};

/// One row, whatever it is a row of.
struct FieldRow {
    std::string name;
    std::string key;       ///< the name as it is written: quoted and with its colon
    std::string saved_as;  ///< the name in save(), where rows of one name are told apart
    Rules rules;
    const MemberType* type = nullptr;  ///< null for computed fields
    ptrdiff_t offset = 0;              ///< of the member in its object
    std::function<void(Writer&, const void*, const View&)> compute;

    bool exists(const View& view) const;    ///< in this version
    bool shown(const View& view) const;     ///< to this caller, `only` apart
    bool accepted(const View& view) const;  ///< on create
};

/// What Fields<T> does that does not depend on T, so that it is compiled once. Objects come as
/// untyped pointers, which Fields<T> alone hands in.
class FieldTable {
public:
    FieldTable(const char* singular, const char* plural, std::vector<FieldRow> rows,
               Unknown unknown);

    void parse(void* object, const Value& body, const View& view) const;
    std::vector<std::string> update(void* object, const Value& body, const View& view) const;
    void write(Writer& writer, const void* object, const View& view) const;
    Text show(const void* object, const View& view) const;
    Text list(const void* first, size_t count, size_t stride, const View& view,
              const std::function<void(Writer&)>& tail) const;
    sql::Page page(const http::Query& query, const PageRules& rules, const View& view) const;
    Value save(const void* object) const;
    void load(void* object, const Value& saved) const;

    const std::string& singular() const { return singular_; }
    const std::string& plural() const { return plural_; }
    const std::vector<FieldRow>& rows() const { return rows_; }

private:
    enum class Purpose { create, update };
    const FieldRow* find_accepting(std::string_view name, const View& view, Purpose purpose) const;
    void set(const FieldRow& row, void* object, const Value& value) const;
    void write_rows(Writer& writer, const std::vector<const FieldRow*>& rows, const void* object,
                    const View& view) const;
    std::vector<const FieldRow*> shown_rows(const View& view) const;

    std::string singular_;
    std::string plural_;
    std::vector<FieldRow> rows_;
    Unknown unknown_;
};

template <class T>
class Fields {
public:
    struct Field : FieldRow {
        template <class Owner, class M, class... Modifiers>
        Field(const char* field_name, M Owner::* member, Modifiers... modifiers) {
            name = rules.column = field_name;
            type = &member_type<M>;
            offset = member_offset<T, M>(member);
            (rules.apply(std::move(modifiers)), ...);
        }
        template <class... Modifiers>
        Field(const char* field_name, Computed<T> computed_by, Modifiers... modifiers) {
            name = rules.column = field_name;
            compute = [write = std::move(computed_by.write)](Writer& writer, const void* object,
                                                             const View& view) {
                write(writer, *static_cast<const T*>(object), view);
            };
            rules.apply(Mark::read_only);
            rules.apply(Mark::no_filter);
            rules.apply(Mark::no_sort);
            (rules.apply(std::move(modifiers)), ...);
        }
    };

    Fields(const char* singular, const char* plural, std::initializer_list<Field> fields,
           Unknown unknown = Unknown::refuse)
        : table_(singular, plural, {fields.begin(), fields.end()}, unknown) {}

    /// A new object from `body` (the object itself, already taken out of its envelope). What is
    /// not given stays as in `initial`, unless its row has a default.
    T parse(const Value& body, const View& view = {}, T initial = {}) const {
        table_.parse(&initial, body, view);
        return initial;
    }
    /// Changes `object` by what `body` has; all of it or, if it throws, nothing. Returns the
    /// columns that were given.
    std::vector<std::string> update(T& object, const Value& body, const View& view = {}) const {
        T changed = object;
        auto columns = table_.update(&changed, body, view);
        object = std::move(changed);
        return columns;
    }

    /// {...}
    void write(Writer& writer, const T& object, const View& view) const {
        table_.write(writer, &object, view);
    }
    /// {"keypair": {...}}
    Text show(const T& object, const View& view = {}) const { return table_.show(&object, view); }
    /// {"keypairs": [...]} and, if given, "<plural>_links" or what `tail` appends.
    Text list(std::span<const T> objects, const View& view = {},
              const std::function<void(Writer&)>& tail = {}) const {
        return table_.list(objects.data(), objects.size(), sizeof(T), view, tail);
    }

    /// Filters, sorting and paging of a list request, checked against the rows. Fields marked
    /// admin_only filter and sort for admins only. Throws bad_request().
    sql::Page page(const http::Query& query, const PageRules& rules = {},
                   const View& view = {}) const {
        return table_.page(query, rules, view);
    }

    /// For workflow contexts: every row but computed ones, no rules, nothing lost.
    Value save(const T& object) const { return table_.save(&object); }
    /// What was saved by this or an earlier version: unknown members are skipped, missing ones keep
    /// their default. Throws internal() for what cannot be read.
    T load(const Value& saved) const {
        T object{};
        table_.load(&object, saved);
        return object;
    }

    const std::string& singular() const { return table_.singular(); }
    const std::string& plural() const { return table_.plural(); }
    const std::vector<FieldRow>& rows() const { return table_.rows(); }

private:
    FieldTable table_;
};

}  // namespace welkin::json
