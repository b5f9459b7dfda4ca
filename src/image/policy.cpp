// Every policy rule of image and its default. Names are Glance's.
#include "image/policy.h"

namespace welkin::image {

namespace {

#define MEMBER "role:member and project_id:%(project_id)s"
#define READER "role:reader and project_id:%(project_id)s"
#define VISIBLE                                                                             \
    "(project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s " \
    "or 'public':%(visibility)s or 'shared':%(visibility)s)"

constexpr auth::PolicyRule rules[] = {
    {"add_image", "role:admin or (" MEMBER " and project_id:%(owner)s)", "Create an image."},
    {"get_image", "role:admin or (role:reader and " VISIBLE ")", "Show an image."},
    {"get_images", "role:admin or (" READER ")", "List images."},
    {"modify_image", "role:admin or (" MEMBER ")", "Change an image."},
    {"delete_image", "role:admin or (" MEMBER ")", "Delete an image."},
    {"publicize_image", "role:admin", "Make an image public."},
    {"communitize_image", "role:admin or (" MEMBER ")", "Make an image a community image."},
    {"download_image", "role:admin or (role:member and " VISIBLE ")", "Download image data."},
    {"upload_image", "role:admin or (" MEMBER ")", "Upload image data."},
    {"add_member", "role:admin or (" MEMBER ")", "Share an image with a project."},
    {"get_member",
     "role:admin or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)",
     "Show a member of an image."},
    {"get_members",
     "role:admin or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)",
     "List the members of an image."},
    {"modify_member", "role:admin or (role:member and project_id:%(member_id)s)",
     "Accept or reject an image that is shared with one's project."},
    {"delete_member", "role:admin or (" MEMBER ")", "Stop sharing an image with a project."},
    {"deactivate", "role:admin or (" MEMBER ")", "Deactivate an image."},
    {"reactivate", "role:admin or (" MEMBER ")", "Reactivate an image."},
    {"image_info", "@", "Read schemas, import methods and stores."},
};

#undef MEMBER
#undef READER
#undef VISIBLE

}  // namespace

std::span<const auth::PolicyRule> policy_rules() { return rules; }

}  // namespace welkin::image
