#pragma once
// MemberStore: the projects an image is shared with (image_member).
#include <optional>
#include <vector>

#include "core/sql/database.h"
#include "image/record.h"

namespace welkin::image {

class MemberStore {
public:
    std::vector<Member> list(sql::Transaction& tx, const ImageId& image) const;
    std::optional<Member> find(sql::Transaction& tx, const ImageId& image,
                               const ProjectId& member) const;
    /// Throws conflict() for one that is there already.
    void insert(sql::Transaction& tx, const Member& member) const;
    void set_status(sql::Transaction& tx, const Member& member) const;
    void erase(sql::Transaction& tx, const ImageId& image, const ProjectId& member) const;
};

}  // namespace welkin::image
