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
// Member types: std::string, bool, integers, double, Time, Id<>, enums (to_text/enum_from_text),
// std::optional of those (JSON null), vector<string>, map<string,string>, json::Value (anything).
// Errors are bad_request() naming the field, what is wrong and what would be right.
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
#include "core/json/json.h"
#include "core/sql/page.h"

namespace welkin::json {

/// What a view depends on.
struct View {
    View() = default;
    View(Version v) : version(v) {}  // NOLINT: a version alone is the usual view
    Version version{};
    bool admin = false;                     ///< shows rows marked admin_only
    std::set<std::string, std::less<>> only;  ///< ?fields=a&fields=b; empty: all
    std::string base_url;                   ///< for links: "http://host:port/compute/v2.1"
    std::string project_id;
};

// ---- modifiers of a row ---------------------------------------------------------------------------
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
};
inline constexpr Mark required = Mark::required;
inline constexpr Mark read_only = Mark::read_only;
inline constexpr Mark write_only = Mark::write_only;
inline constexpr Mark create_only = Mark::create_only;
inline constexpr Mark hidden_when_empty = Mark::hidden_when_empty;
inline constexpr Mark admin_only = Mark::admin_only;
inline constexpr Mark no_filter = Mark::no_filter;
inline constexpr Mark no_sort = Mark::no_sort;

struct Since { Version v; };            ///< exists (shown and accepted) from v on
struct Until { Version v; };            ///< exists up to and including v
struct AcceptedSince { Version v; };
struct RequiredSince { Version v; };
struct ShownSince { Version v; };
struct Column { const char* name; };    ///< SQL column, if not the field's name
struct Default { Value value; };        ///< taken when absent on create
/// Throws bad_request() (or anything else) for a value that will not do. `name` is the field's.
struct Check { std::function<void(std::string_view name, const Value& value)> check; };

constexpr Since since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr Until until(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr AcceptedSince accepted_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr RequiredSince required_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr ShownSince shown_since(uint16_t major, uint16_t minor) { return {{major, minor}}; }
constexpr Column column(const char* name) { return {name}; }
inline Default by_default(Value value) { return {std::move(value)}; }

Check text(size_t min_characters, size_t max_characters);  ///< UTF-8, no NUL
Check printable_name(size_t max_characters);  ///< text(1, max) without leading/trailing blanks or control characters
Check one_of(std::vector<std::string> allowed);
Check range(int64_t first, int64_t last);
Check uuid();
Check pattern(std::string regex, std::string what_it_should_be);  ///< ECMAScript, whole match, on bounded text
Check ip_address();   ///< v4 or v6
Check cidr();
Check mac_address();
Check strings(size_t max_count, size_t max_characters);            ///< list of strings
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

// ---- converting members: fields_convert.h implements these for the member types above ---------------
template <class M>
void member_from_json(M& member, const Value& value, std::string_view name);
template <class M>
void member_to_json(Writer& writer, const M& member);
template <class M>
bool member_is_empty(const M& member);
template <class M>
sql::Value member_from_query(std::string_view text, std::string_view name);

struct Rules {
    std::vector<Mark> marks;
    VersionRange exists{};
    Version accepted_since{};
    Version shown_since{};
    std::optional<Version> required_since;
    std::string column;
    std::optional<Value> default_value;
    std::vector<Check> checks;

    bool marked(Mark mark) const;
    void apply(Mark mark);
    void apply(Since mark) { exists.first = mark.v; }
    void apply(Until mark) { exists.last = mark.v; }
    void apply(AcceptedSince mark) { accepted_since = mark.v; }
    void apply(RequiredSince mark) { required_since = mark.v; }
    void apply(ShownSince mark) { shown_since = mark.v; }
    void apply(Column mark) { column = mark.name; }
    void apply(Default mark) { default_value = std::move(mark.value); }
    void apply(Check mark) { checks.push_back(std::move(mark)); }
};

enum class Unknown { refuse, ignore };  ///< what to do with fields that no row names

/// How a service pages: names of query parameters and limits.
struct PageRules {
    int default_limit = 1000;
    int max_limit = 1000;
    const char* id_column = "id";
    bool sort_keys_joined = false;          ///< identity/image old style "sort=name:asc,id"
    bool refuse_unknown = false;            ///< 400 for a query parameter nobody knows
    std::vector<std::string> known = {};    ///< further parameters the handler reads itself
    std::vector<sql::SortKey> default_sort = {};  ///< e.g. created_at descending
};

template <class T>
class Fields {
public:
    struct Field {
        std::string name;
        Rules rules;
        std::function<void(T&, const Value&)> parse;            ///< empty for computed
        std::function<void(Writer&, const T&, const View&)> write;
        std::function<bool(const T&)> is_empty;
        std::function<sql::Value(std::string_view)> from_query;  ///< empty for computed
        const void* enum_hint = nullptr;

        template <class Owner, class M, class... Modifiers>
        Field(const char* field_name, M Owner::*member, Modifiers... modifiers)
            : name(field_name),
              parse([member, n = std::string(field_name)](T& object, const Value& value) {
                  member_from_json(object.*member, value, n);
              }),
              write([member](Writer& writer, const T& object, const View&) {
                  member_to_json(writer, object.*member);
              }),
              is_empty([member](const T& object) { return member_is_empty(object.*member); }),
              from_query([n = std::string(field_name)](std::string_view text) {
                  return member_from_query<M>(text, n);
              }) {
            rules.column = field_name;
            (rules.apply(std::move(modifiers)), ...);
        }
        template <class... Modifiers>
        Field(const char* field_name, Computed<T> computed_by, Modifiers... modifiers)
            : name(field_name), write(std::move(computed_by.write)) {
            rules.column = field_name;
            rules.apply(Mark::read_only);
            rules.apply(Mark::no_filter);
            rules.apply(Mark::no_sort);
            (rules.apply(std::move(modifiers)), ...);
        }
    };

    Fields(const char* singular, const char* plural, std::initializer_list<Field> fields,
           Unknown unknown = Unknown::refuse);

    /// A new object from `body` (the object itself, already taken out of its envelope).
    T parse(const Value& body, const View& view = {}, T initial = {}) const;
    /// Changes `object` by what `body` has. Returns the columns that were given.
    std::vector<std::string> update(T& object, const Value& body, const View& view = {}) const;

    void write(Writer& writer, const T& object, const View& view) const;     ///< {...}
    Text show(const T& object, const View& view = {}) const;                  ///< {"keypair": {...}}
    /// {"keypairs": [...]} and, if given, "<plural>_links" or what `tail` appends.
    Text list(std::span<const T> objects, const View& view = {},
              const std::function<void(Writer&)>& tail = {}) const;

    /// Filters, sorting and paging of a list request, checked against the rows.
    sql::Page page(const http::Query& query, const PageRules& rules = {}, const View& view = {}) const;

    // For workflow contexts: every row, no rules.
    Value save(const T& object) const;
    T load(const Value& saved) const;

    const std::string& singular() const { return singular_; }
    const std::string& plural() const { return plural_; }
    const std::vector<Field>& rows() const { return fields_; }

private:
    std::string singular_;
    std::string plural_;
    std::vector<Field> fields_;
    Unknown unknown_;
};

}  // namespace welkin::json

#include "core/json/fields_impl.h"
