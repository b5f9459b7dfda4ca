#pragma once
// ImageStore: images with their tags and properties (image_image, image_tag, image_property), and
// who may see which.
#include <optional>
#include <string>
#include <vector>

#include "core/auth/caller.h"
#include "core/sql/page.h"
#include "image/record.h"

namespace welkin::image {

/// Who looks: an administrator sees everything.
struct Viewer {
    ProjectId project;
    bool admin = false;
};

/// What a list asks for beyond its page.
struct ImageQuery {
    sql::Page page;
    std::string visibility;                  ///< a Visibility, "all", or empty
    std::string member_status = "accepted";  ///< of images shared with the viewer; or "all"
    std::vector<std::string> tags;           ///< all of them
    std::vector<std::pair<std::string, std::string>> properties;  ///< all of them
};

class ImageStore {
public:
    /// The image if this viewer may see it: own, public, community, or shared with the viewer.
    std::optional<Record> find(sql::Transaction& tx, const Viewer& viewer, const ImageId& id) const;
    std::optional<Record> find(sql::Transaction& tx, const ImageId& id) const;
    /// Throws not_found() for what does not exist or is not to be seen.
    Record get(sql::Transaction& tx, const Viewer& viewer, const ImageId& id) const;
    /// A page with tags and properties, in three queries. Community images of others are listed
    /// only if the visibility asks for them.
    std::vector<Record> list(sql::Transaction& tx, const Viewer& viewer,
                             const ImageQuery& query) const;

    /// Throws conflict() for an id that is taken.
    void insert(sql::Transaction& tx, Record image) const;
    /// Writes everything, with a new revision and time; `image` must be as it was read but for the
    /// caller's changes. Throws conflict() if another change came between.
    void update(sql::Transaction& tx, Record& image) const;
    void erase(sql::Transaction& tx, const ImageId& id) const;

    /// Sum of the sizes of a project's images.
    int64_t total_bytes(sql::Transaction& tx, const ProjectId& owner) const;
};

}  // namespace welkin::image
