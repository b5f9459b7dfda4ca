#include "image/api/access.h"

namespace welkin::image {

Viewer viewer_of(const http::Request& request) {
    return {.project = request.caller().project_id, .admin = request.is_admin()};
}

auth::Owner owner_of(const Record& image, const ProjectId& member) {
    auth::Owner owner{.project = image.owner};
    owner.extra = {{"owner", image.owner.str()},
                   {"visibility", std::string(to_text(image.visibility))}};
    if (!member.empty()) {
        owner.extra.emplace_back("member_id", member.str());
    }
    return owner;
}

auth::Owner owner_of(const Record& image, const http::Request& request) {
    const auto& project = request.caller().project_id;
    const bool is_member = image.visibility == Visibility::shared && image.owner != project;
    return owner_of(image, is_member ? project : ProjectId());
}

}  // namespace welkin::image
