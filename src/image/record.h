#pragma once
// Record: one image of the catalogue, and Member: a project it is shared with.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::image {

/// Where an image is in its life: queued → saving → active, or queued → uploading → active through
/// the staging area. A failed or abandoned upload takes it back to queued.
enum class Status {
    queued,     ///< no data yet
    saving,     ///< an upload is under way
    uploading,  ///< data is being staged, or is staged and waits for its import
    active,
    deactivated,  ///< has data that only administrators may download
};
std::string_view to_text(Status status);
std::optional<Status> enum_from_text(std::string_view text, std::type_identity<Status>);

enum class Visibility {
    is_public,   ///< all may see and use it
    community,   ///< all may use it who know its id
    shared,      ///< the owner and the image's members
    is_private,  ///< the owner alone
};
std::string_view to_text(Visibility visibility);
std::optional<Visibility> enum_from_text(std::string_view text, std::type_identity<Visibility>);

struct Record {
    ImageId id;
    std::optional<std::string> name;
    Status status = Status::queued;
    Visibility visibility = Visibility::shared;
    ProjectId owner;
    std::optional<std::string> disk_format;
    std::optional<std::string> container_format;
    std::optional<int64_t> size_bytes;
    std::optional<int64_t> virtual_size_bytes;
    std::optional<std::string> md5;     ///< hex, shown as checksum
    std::optional<std::string> sha512;  ///< hex, shown as os_hash_value
    int64_t min_disk_gb = 0;
    int64_t min_ram_mb = 0;
    bool is_protected = false;
    bool is_hidden = false;
    std::string location;  ///< name of its data in the store; empty: none
    Time created_at{};
    Time updated_at{};
    int64_t revision = 0;           ///< grows with each change, for compare-and-set
    std::vector<std::string> tags;  ///< sorted, each once
    std::map<std::string, std::string> properties;
};

enum class MemberStatus { pending, accepted, rejected };
std::string_view to_text(MemberStatus status);
std::optional<MemberStatus> enum_from_text(std::string_view text, std::type_identity<MemberStatus>);

struct Member {
    ImageId image_id;
    ProjectId member;
    MemberStatus status = MemberStatus::pending;
    Time created_at{};
    Time updated_at{};
};

}  // namespace welkin::image
