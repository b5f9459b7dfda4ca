#include "image/store/task_store.h"

#include "core/sql/columns.h"

namespace welkin::image {

namespace {

const sql::Columns<ImportTask> columns{"image_task",
                                       {{"id", &ImportTask::id},
                                        {"image_id", &ImportTask::image_id},
                                        {"owner", &ImportTask::owner},
                                        {"user_id", &ImportTask::user_id},
                                        {"request_id", &ImportTask::request_id},
                                        {"status", &ImportTask::status},
                                        {"input", &ImportTask::input},
                                        {"message", &ImportTask::message},
                                        {"created_at", &ImportTask::created_at},
                                        {"updated_at", &ImportTask::updated_at}}};

}  // namespace

void TaskStore::insert(sql::Transaction& tx, const ImportTask& task) const {
    columns.insert(tx, task);
}

std::vector<ImportTask> TaskStore::list(sql::Transaction& tx, const ImageId& image) const {
    return columns.select(tx, "WHERE image_id = ? ORDER BY created_at DESC, id LIMIT 100", image);
}

}  // namespace welkin::image
