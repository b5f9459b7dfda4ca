#pragma once
// State: what image's handlers and jobs work with; made in image.cpp.
#include <atomic>
#include <memory>
#include <string>

#include "core/http/request.h"
#include "image/formats/inspection.h"
#include "image/image.h"
#include "image/store/image_store.h"
#include "image/store/member_store.h"
#include "image/store/task_store.h"
#include "image/store/transfer_store.h"
#include "image/stores/store.h"

namespace welkin::image {

struct Limits {
    uint64_t image_bytes = 0;
    uint64_t project_bytes = 0;  ///< sum of a project's images; 0: no limit
    size_t properties = 128;
    size_t tags = 128;
    size_t members = 128;
    int uploads = 64;  ///< at once; each takes a few MiB
};

struct Image::State {
    explicit State(Core& core_parts);

    Core& core;
    ImageStore images;
    MemberStore members;
    TransferStore transfers;
    TaskStore tasks;
    std::string store_id;  ///< as clients see it
    std::unique_ptr<stores::Store> store;
    formats::Mismatch mismatch = formats::Mismatch::refuse;
    Limits limits;
    std::atomic<int> uploads = 0;  ///< under way
};

using State = Image::State;

/// Appends to the change log in the transaction of the change.
void note_change(sql::Transaction& tx, const history::Author& author, const Record& image,
                 std::string_view action, json::Value detail = {});

}  // namespace welkin::image
