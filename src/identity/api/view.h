#pragma once
// View: how identity's resources go over the wire: field tables plus the attributes that clients
// add on their own, links, and lists with their filters.
#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/request.h"
#include "core/json/fields.h"
#include "core/sql/page.h"
#include "identity/state.h"

namespace welkin::identity {

json::View view_of(const Request& request);

// ---- rows and checks of field tables ----------------------------------------------------------
json::Check name_text(size_t max_characters);  ///< 1 to max characters, not all of them blank
json::Check id_text();                         ///< 1 to 64 characters
json::Check object_value();                    ///< a JSON object
inline constexpr size_t max_description = 65535;

/// {"self": ".../users/{id}"}
template <class T>
json::Computed<T> self_link(const char* collection) {
    return json::computed<T>(
        [collection](json::Writer& out, const T& object, const json::View& view) {
            out.begin_object();
            out.member("self", view.base_url + "/" + collection + "/" + object.id.value);
            out.end_object();
        });
}

// ---- what clients send ------------------------------------------------------------------------
namespace detail {
/// Puts what no row names into `extra`. Throws bad_request() if that becomes too much.
void take_extra(json::Value& extra, const std::vector<json::FieldRow>& rows,
                const json::Value& body, std::initializer_list<std::string_view> also_known);
void append_extra(std::string& rendered, const json::Value& extra);
}  // namespace detail

/// A new object. `also_known`: members of the body that are no rows and no extra attributes.
template <class T>
T parse_new(const json::Fields<T>& fields, const json::Value& body,
            std::initializer_list<std::string_view> also_known = {}) {
    auto object = fields.parse(body);
    detail::take_extra(object.extra, fields.rows(), body, also_known);
    return object;
}

template <class T>
void apply_changes(const json::Fields<T>& fields, T& object, const json::Value& body,
                   std::initializer_list<std::string_view> also_known = {}) {
    if (body.as_object().empty()) {
        throw bad_request("The {} has no attribute to change; give at least one.",
                          fields.singular());
    }
    fields.update(object, body);
    detail::take_extra(object.extra, fields.rows(), body, also_known);
}

// ---- what they get ----------------------------------------------------------------------------
template <class T>
std::string render(const json::Fields<T>& fields, const T& object, const json::View& view) {
    std::string text;
    json::Writer out(text);
    fields.write(out, object, view);
    detail::append_extra(text, object.extra);
    return text;
}

template <class T>
json::Text show(const json::Fields<T>& fields, const T& object, const Request& request) {
    return {"{\"" + fields.singular() + "\":" + render(fields, object, view_of(request)) + "}"};
}

/// {"next": ..., "self": ..., "previous": null} as a member, preceded by a comma. `last_id` is that
/// of the last entry if there may be more.
std::string list_links(const Request& request, std::string_view last_id);

/// `last_id`: see list_links().
template <class T>
json::Text show_list(const json::Fields<T>& fields, const std::vector<T>& objects,
                     const Request& request, std::string_view last_id = "") {
    const auto view = view_of(request);
    json::Text out{"{\"" + fields.plural() + "\":["};
    for (const auto& object : objects) {
        out.value += &object == objects.data() ? "" : ",";
        out.value += render(fields, object, view);
    }
    out.value += "]" + list_links(request, last_id) + "}";
    return out;
}

/// The id of the last object if the page is full, so that there may be more.
template <class T>
std::string last_id(const std::vector<T>& objects, const sql::Page& page) {
    return objects.size() >= static_cast<size_t>(page.limit) ? objects.back().id.value : "";
}

template <class T>
json::Text show_list(const json::Fields<T>& fields, const std::vector<T>& objects,
                     const Request& request, const sql::Page& page) {
    return show_list(fields, objects, request, last_id(objects, page));
}

// ---- lists ------------------------------------------------------------------------------------
/// A query parameter that filters. Texts also take name__contains, __startswith, __endswith and the
/// same with an "i" before: __icontains.
struct Filter {
    enum class Kind { text, boolean } kind = Kind::text;
    const char* name = "";
    const char* column = nullptr;  ///< if it is not called like the parameter
};

/// Filters, limit and marker of a list request; parameters that nobody knows are left alone, as
/// Keystone does. Throws bad_request().
sql::Page page_of(const Request& request, const State& state, std::initializer_list<Filter> filters,
                  const char* sort_column = "name");
/// One more condition.
void require(sql::Page& page, const char* column, std::string value);

/// The domain that a new resource goes to when the client names none: that of the scope, else the
/// default one.
DomainId own_domain(const Request& request);

/// Throws forbidden() if the caller came with an application credential that must not make, change
/// or delete secrets: what it could do would outlive it.
Task<void> refuse_restricted(const Request& request, State& identity);

}  // namespace welkin::identity
