#include "image/store/transfer_store.h"

#include <array>

#include "core/sql/columns.h"

namespace welkin::image {

namespace {

constexpr std::array<std::string_view, 3> stages = {"receiving", "staged", "leaving"};

const sql::Columns<Transfer> columns{"image_transfer",
                                     {{"location", &Transfer::location},
                                      {"image_id", &Transfer::image_id},
                                      {"stage", &Transfer::stage},
                                      {"expires_at", &Transfer::expires_at},
                                      {"size", &Transfer::size_bytes},
                                      {"virtual_size", &Transfer::virtual_size_bytes},
                                      {"checksum", &Transfer::md5},
                                      {"sha512", &Transfer::sha512}}};

}  // namespace

std::string_view to_text(Stage stage) { return stages[static_cast<size_t>(stage)]; }

std::optional<Stage> enum_from_text(std::string_view text, std::type_identity<Stage>) {
    const auto found = std::ranges::find(stages, text);
    if (found == stages.end()) {
        return std::nullopt;
    }
    return static_cast<Stage>(found - stages.begin());
}

void TransferStore::insert(sql::Transaction& tx, const Transfer& transfer) const {
    columns.insert(tx, transfer);
}

bool TransferStore::renew(sql::Transaction& tx, const std::string& location,
                          Time expires_at) const {
    return tx.execute(
               "UPDATE image_transfer SET expires_at = ? WHERE location = ? "
               "AND stage = 'receiving'",
               expires_at, location) == 1;
}

bool TransferStore::stage(sql::Transaction& tx, const Transfer& transfer) const {
    return columns.update_all(tx, transfer, "location = ? AND stage = 'receiving'",
                              transfer.location) == 1;
}

bool TransferStore::settle(sql::Transaction& tx, const std::string& location, Stage from) const {
    return tx.execute("DELETE FROM image_transfer WHERE location = ? AND stage = ?", location,
                      from) == 1;
}

void TransferStore::abandon(sql::Transaction& tx, const ImageId& image) const {
    tx.execute("UPDATE image_transfer SET stage = 'leaving', expires_at = ? WHERE image_id = ?",
               tx.now(), image);
}

bool TransferStore::leave(sql::Transaction& tx, const std::string& location, Stage from) const {
    return tx.execute(
               "UPDATE image_transfer SET stage = 'leaving', expires_at = ? WHERE location = ? "
               "AND stage = ?",
               tx.now(), location, from) == 1;
}

void TransferStore::erase(sql::Transaction& tx, const std::string& location) const {
    tx.execute("DELETE FROM image_transfer WHERE location = ?", location);
}

std::optional<Transfer> TransferStore::staged(sql::Transaction& tx, const ImageId& image) const {
    return columns.find(tx, "image_id = ? AND stage = 'staged'", image);
}

std::vector<Transfer> TransferStore::of_image(sql::Transaction& tx, const ImageId& image) const {
    return columns.select(tx, "WHERE image_id = ? ORDER BY location", image);
}

std::vector<Transfer> TransferStore::expired(sql::Transaction& tx) const {
    return columns.select(tx, "WHERE expires_at <= ? ORDER BY expires_at LIMIT 100", tx.now());
}

}  // namespace welkin::image
