#pragma once
// Listing: what all lists and views of this service share: fields, filters, pages and their links.
#include <span>
#include <string>
#include <vector>

#include "core/http/reply.h"
#include "core/http/request.h"
#include "core/json/fields.h"

namespace welkin::network {

/// Who looks, and which ?fields= they want.
json::View view_of(const http::Request& request);

/// "next" and "previous" links of a page, as the member "<plural>_links".
void write_page_links(json::Writer& writer, const http::Request& request, std::string_view plural,
                      const sql::Page& page, std::string_view first_id, std::string_view last_id,
                      size_t count);

template <class T>
http::Reply list_reply(const http::Request& request, const json::Fields<T>& fields,
                       const std::vector<T>& objects, const sql::Page& page,
                       const json::View& view) {
    return http::ok(fields.list(objects, view, [&](json::Writer& writer) {
        if (!objects.empty()) {
            write_page_links(writer, request, fields.plural(), page, objects.front().id,
                             objects.back().id, objects.size());
        }
    }));
}

// ---- bodies
// ----------------------------------------------------------------------------------------
struct Bodies {
    std::vector<const json::Value*> each;
    bool bulk = false;
};
/// The one object under `singular`, or the several under `plural`. Throws bad_request().
Bodies bodies_of(const http::Request& request, std::string_view singular, std::string_view plural);

/// 201 with one object or with the list, as they were asked for.
template <class T>
http::Reply created_reply(const json::Fields<T>& fields, const std::vector<T>& objects, bool bulk,
                          const json::View& view) {
    return http::created(bulk ? fields.list(objects, view) : fields.show(objects.front(), view));
}

/// An attribute with a rule of its own, e.g. "shared" in "create_network:shared"; on create the
/// rule is for values other than the default.
struct Guarded {
    const char* attribute;
    json::Value otherwise;
};
/// Throws forbidden() for an attribute in the body that the caller may not set.
void guard_attributes(const http::Request& request, std::string_view action,
                      const json::Value& body, const auth::Owner& owner,
                      std::span<const Guarded> guarded);

/// "If-Match: revision_number=3". Throws RevisionNumberConstraintFailed (412).
void check_revision(const http::Request& request, int64_t revision_number);

/// Project of a new object: the one named, which only administrators may differ from their own.
ProjectId owning_project(const http::Request& request, const ProjectId& named);

/// Throws bad_request() unless a name or similar text is at most this long.
inline constexpr size_t max_name = 255;

}  // namespace welkin::network
