#include "image/store/member_store.h"

#include "core/base/error.h"
#include "core/sql/columns.h"

namespace welkin::image {

namespace {

const sql::Columns<Member> columns{"image_member",
                                   {{"image_id", &Member::image_id},
                                    {"member", &Member::member},
                                    {"status", &Member::status},
                                    {"created_at", &Member::created_at},
                                    {"updated_at", &Member::updated_at}}};

}  // namespace

std::vector<Member> MemberStore::list(sql::Transaction& tx, const ImageId& image) const {
    return columns.select(tx, "WHERE image_id = ? ORDER BY created_at, member", image);
}

std::optional<Member> MemberStore::find(sql::Transaction& tx, const ImageId& image,
                                        const ProjectId& member) const {
    return columns.find(tx, "image_id = ? AND member = ?", image, member);
}

void MemberStore::insert(sql::Transaction& tx, const Member& member) const {
    try {
        columns.insert(tx, member);
    } catch (const sql::ConstraintViolation& violation) {
        if (violation.kind == sql::ConstraintViolation::Kind::unique) {
            throw conflict("The project {} is a member of image {} already.", member.member,
                           member.image_id);
        }
        throw;
    }
}

void MemberStore::set_status(sql::Transaction& tx, const Member& member) const {
    columns.update(tx, member, {"status", "updated_at"}, "image_id = ? AND member = ?",
                   member.image_id, member.member);
}

void MemberStore::erase(sql::Transaction& tx, const ImageId& image, const ProjectId& member) const {
    tx.execute("DELETE FROM image_member WHERE image_id = ? AND member = ?", image, member);
}

}  // namespace welkin::image
