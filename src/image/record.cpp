#include "image/record.h"

#include <array>

namespace welkin::image {

namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 5> statuses = {"queued", "saving", "uploading", "active",
                                                      "deactivated"};
constexpr std::array<std::string_view, 4> visibilities = {"public", "community", "shared",
                                                          "private"};
constexpr std::array<std::string_view, 3> member_statuses = {"pending", "accepted", "rejected"};

template <class E, size_t n>
std::optional<E> find(const std::array<std::string_view, n>& names, std::string_view text) {
    for (size_t i = 0; i < n; ++i) {
        if (names[i] == text) {
            return static_cast<E>(i);
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(Status status) { return statuses[static_cast<size_t>(status)]; }
std::optional<Status> enum_from_text(std::string_view text, std::type_identity<Status>) {
    return find<Status>(statuses, text);
}

std::string_view to_text(Visibility visibility) {
    return visibilities[static_cast<size_t>(visibility)];
}
std::optional<Visibility> enum_from_text(std::string_view text, std::type_identity<Visibility>) {
    return find<Visibility>(visibilities, text);
}

std::string_view to_text(MemberStatus status) {
    return member_statuses[static_cast<size_t>(status)];
}
std::optional<MemberStatus> enum_from_text(std::string_view text,
                                           std::type_identity<MemberStatus>) {
    return find<MemberStatus>(member_statuses, text);
}

}  // namespace welkin::image
