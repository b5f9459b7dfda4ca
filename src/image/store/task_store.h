#pragma once
// TaskStore: what became of imports (image_task); gone with their image.
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/sql/database.h"
#include "image/record.h"

namespace welkin::image {

struct ImportTask {
    std::string id;
    ImageId image_id;
    ProjectId owner;
    UserId user_id;
    std::string request_id;
    std::string status;  ///< "success" or "failure": an import is over within its request
    json::Value input;
    std::string message;
    Time created_at{};
    Time updated_at{};
};

class TaskStore {
public:
    void insert(sql::Transaction& tx, const ImportTask& task) const;
    /// The newest first, at most 100.
    std::vector<ImportTask> list(sql::Transaction& tx, const ImageId& image) const;
};

}  // namespace welkin::image
