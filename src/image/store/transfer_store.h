#pragma once
// TransferStore: data on its way into or out of the store (image_transfer).
//
// A row is there from before the first byte is written until the data belongs to an image, and
// again from when the image is gone until the data is. So whatever dies at whatever moment, each
// piece of data that no image owns has a row with a time after which it is removed.
#include <optional>
#include <string>
#include <vector>

#include "core/sql/database.h"
#include "image/record.h"
#include "image/transfer/receive.h"

namespace welkin::image {

enum class Stage {
    receiving,  ///< somebody writes it and moves expires_at forward
    staged,     ///< complete, waits for its import
    leaving,    ///< to be removed
};
std::string_view to_text(Stage stage);
std::optional<Stage> enum_from_text(std::string_view text, std::type_identity<Stage>);

struct Transfer {
    std::string location;
    ImageId image_id;
    Stage stage = Stage::receiving;
    Time expires_at{};
    int64_t size_bytes = 0;  ///< these four once it is staged
    int64_t virtual_size_bytes = 0;
    std::string md5;
    std::string sha512;
};

class TransferStore {
public:
    void insert(sql::Transaction& tx, const Transfer& transfer) const;
    /// False if it is not being received any more.
    bool renew(sql::Transaction& tx, const std::string& location, Time expires_at) const;
    bool stage(sql::Transaction& tx, const Transfer& transfer) const;
    /// The data belongs to an image now: removes the row. False if it was not in that stage.
    bool settle(sql::Transaction& tx, const std::string& location, Stage from) const;
    /// Whatever is on its way for this image leaves, from now on.
    void abandon(sql::Transaction& tx, const ImageId& image) const;
    /// False if another got there first.
    bool leave(sql::Transaction& tx, const std::string& location, Stage from) const;
    void erase(sql::Transaction& tx, const std::string& location) const;

    std::optional<Transfer> staged(sql::Transaction& tx, const ImageId& image) const;
    std::vector<Transfer> of_image(sql::Transaction& tx, const ImageId& image) const;
    /// The oldest that are past their time, at most 100.
    std::vector<Transfer> expired(sql::Transaction& tx) const;
};

}  // namespace welkin::image
