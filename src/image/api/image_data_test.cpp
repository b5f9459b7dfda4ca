#include "image/api/image_data.h"

#include "core/async/async.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "image/api/byte_range.h"
#include "image/formats/samples.h"
#include "image/image_test_world.h"
#include "image/reaper.h"
#include "image/upload.h"

namespace welkin::image {
namespace {

using http::Method;

/// A body that gives some pieces and then ends, breaks, or waits for an event first.
class Pieces : public http::BodyReader {
public:
    explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<std::string_view> read() override {
        if (next_ == pieces_.size()) {
            if (before_end) {
                co_await before_end();
            }
            if (breaks) {
                throw bad_request("The connection broke off.");
            }
            co_return std::string_view{};
        }
        co_return pieces_[next_++];
    }
    std::optional<uint64_t> length() const override { return std::nullopt; }

    bool breaks = false;
    std::function<Task<void>()> before_end;

private:
    std::vector<std::string> pieces_;
    size_t next_ = 0;
};

class ImageData : public ImageWorld {
protected:
    using ImageWorld::ImageWorld;

    Answer upload_from(const std::string& id, std::unique_ptr<http::BodyReader> body,
                       const std::string& where = "/file") {
        http::Headers headers;
        headers.add("X-Auth-Token", "p1:member");
        headers.add("Content-Type", "application/octet-stream");
        auto request = http::Request::make(Method::PUT, "/image/v2/images/" + id + where, headers);
        request.internals.body = std::move(body);
        return send(std::move(request));
    }
    Answer download(const std::string& id, std::string range = "",
                    std::string token = "p1:member") {
        http::Headers headers;
        headers.add("X-Auth-Token", std::move(token));
        if (!range.empty()) {
            headers.add("Range", std::move(range));
        }
        return send(http::Request::make(Method::GET, "/image/v2/images/" + id + "/file", headers));
    }
    size_t transfers() {
        return transact([](sql::Transaction& tx) {
            return tx.query("SELECT location FROM image_transfer").size();
        });
    }
    void expire_transfers() {
        transact(
            [](sql::Transaction& tx) { tx.execute("UPDATE image_transfer SET expires_at = 0"); });
    }
    void reap_all() { loops.run(reap_expired(state())); }
    State& state() {
        if (!state_) {
            state_ = std::make_unique<State>(core);
        }
        return *state_;
    }
    void expect_untouched(const std::string& id) {
        EXPECT_EQ(status_of(id), "queued");
        EXPECT_EQ(stored_files(), 0u);
        EXPECT_EQ(transfers(), 0u);
    }

private:
    std::unique_ptr<State> state_;
};

TEST_F(ImageData, GoesUpAndComesDown) {
    const auto id = create();
    EXPECT_EQ(download(id).status, 204);
    const std::string data(3'500'000, 'd');
    ASSERT_EQ(upload(id, data).status, 204);

    const auto shown = get("/images/" + id);
    EXPECT_EQ(shown["status"], json::Value("active"));
    EXPECT_EQ(shown["size"], json::Value(3'500'000));
    EXPECT_EQ(shown["virtual_size"], json::Value(3'500'000));
    EXPECT_EQ(shown["checksum"],
              json::Value(text::to_hex(crypto::digest(crypto::Algorithm::md5, data))));
    EXPECT_EQ(shown["os_hash_algo"], json::Value("sha512"));
    EXPECT_EQ(shown["os_hash_value"],
              json::Value(text::to_hex(crypto::digest(crypto::Algorithm::sha512, data))));
    EXPECT_EQ(shown["stores"], json::Value("file"));
    EXPECT_EQ(transfers(), 0u);
    EXPECT_EQ(stored_files(), 1u);

    const auto back = download(id);
    EXPECT_EQ(back.status, 200);
    EXPECT_EQ(back.body, data);
    EXPECT_EQ(back.headers.get("Content-MD5"), shown["checksum"].as_string());
    EXPECT_EQ(back.headers.get("Content-Type"), "application/octet-stream");
}

TEST_F(ImageData, ComesInPiecesOfAnySize) {
    const auto id = create();
    std::vector<std::string> pieces;
    std::string whole;
    for (size_t i = 0; i < 400; ++i) {
        pieces.emplace_back(1 + i * 97 % 60'000, static_cast<char>('a' + i % 26));
        whole += pieces.back();
    }
    ASSERT_EQ(upload_from(id, std::make_unique<Pieces>(pieces)).status, 204);
    EXPECT_EQ(download(id).body, whole);
    EXPECT_EQ(get("/images/" + id)["checksum"],
              json::Value(text::to_hex(crypto::digest(crypto::Algorithm::md5, whole))));
}

TEST_F(ImageData, CanBeEmpty) {
    const auto id = create();
    EXPECT_EQ(upload(id, "").status, 204);
    EXPECT_EQ(get("/images/" + id)["size"], json::Value(0));
    EXPECT_EQ(download(id).body, "");
}

TEST_F(ImageData, ComesDownInRanges) {
    const auto id = create();
    upload(id, "0123456789");
    const auto middle = download(id, "bytes=2-4");
    EXPECT_EQ(middle.status, 206);
    EXPECT_EQ(middle.body, "234");
    EXPECT_EQ(middle.headers.get("Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(download(id, "bytes=-3").body, "789");
    EXPECT_EQ(download(id, "bytes=7-").body, "789");
    const auto beyond = download(id, "bytes=10-12");
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.headers.get("Content-Range"), "bytes */10");
}

TEST(ByteRanges, AreOneOrNone) {
    EXPECT_EQ(parse_byte_range("bytes=0-0", 10), (ByteRange{0, 1}));
    EXPECT_EQ(parse_byte_range("bytes=3-99", 10), (ByteRange{3, 7}));
    EXPECT_EQ(parse_byte_range("bytes=-99", 10), (ByteRange{0, 10}));
    for (const auto* header : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,3-4",
                               "lines=1-2", "bytes=--1", "bytes=1--2"}) {
        EXPECT_EQ(parse_byte_range(header, 10), std::nullopt) << header;
    }
    EXPECT_THROW(parse_byte_range("bytes=-0", 10), Error);
    EXPECT_THROW(parse_byte_range("bytes=0-", 0), Error);
    EXPECT_THROW(parse_byte_range("bytes=9223372036854775807-", 10), Error);
}

TEST_F(ImageData, NeedsFormatsAContentTypeAndAQueuedImage) {
    const auto bare = post("/images", "{}")["id"].as_string();
    EXPECT_EQ(upload(bare, "x").status, 400);
    const auto id = create();
    EXPECT_EQ(ask(Method::PUT, "/images/" + id + "/file", "x").status, 415);
    EXPECT_EQ(upload(id, "x", "p2:member").status, 404);
    EXPECT_EQ(upload(id, "x", "p1:reader").status, 403);
    EXPECT_EQ(upload("11111111-2222-3333-4444-555555555555", "x").status, 404);
    EXPECT_EQ(upload(id, "x").status, 204);
    EXPECT_EQ(upload(id, "y").status, 409);
    EXPECT_EQ(download(id).body, "x");
    EXPECT_EQ(
        patch("/images/" + id, R"([{"op": "replace", "path": "/disk_format", "value": "iso"}])")
            .status,
        403);
}

TEST_F(ImageData, IsRefusedWhenItIsNotWhatTheImageSays) {
    const auto id = create();
    const auto refused = upload(id, formats::samples::qcow2());
    EXPECT_EQ(refused.status, 415);
    EXPECT_NE(refused["message"].as_string().find("is a qcow2 file"), std::string::npos);
    expect_untouched(id);
    EXPECT_EQ(upload(id, "plain").status, 204);
}

TEST_F(ImageData, LeavesNothingBehindWhenTheClientGoesAway) {
    const auto id = create();
    auto body = std::make_unique<Pieces>(std::vector<std::string>(40, std::string(100'000, 'x')));
    body->breaks = true;
    EXPECT_EQ(upload_from(id, std::move(body)).status, 400);
    expect_untouched(id);
    EXPECT_EQ(upload(id, "again").status, 204);
}

TEST_F(ImageData, IsSeenAsSavingWhileItArrives) {
    const auto id = create();
    auto body = std::make_unique<Pieces>(std::vector<std::string>{"x"});
    body->before_end = [&]() -> Task<void> {
        const auto saving = co_await database->read(
            [&](sql::Transaction& tx) { return state().images.find(tx, ImageId(id))->status; });
        EXPECT_EQ(saving, Status::saving);
    };
    EXPECT_EQ(upload_from(id, std::move(body)).status, 204);
}

TEST_F(ImageData, IsThrownAwayWhenTheImageIsDeletedMeanwhile) {
    const auto id = create();
    auto body = std::make_unique<Pieces>(std::vector<std::string>{"x"});
    body->before_end = [&]() -> Task<void> {
        auto request = http::Request::make(Method::DELETE, "/image/v2/images/" + id, {});
        request.headers.add("X-Auth-Token", "p1:member");
        EXPECT_EQ((co_await pipeline->handle(request)).status, 204);
    };
    EXPECT_EQ(upload_from(id, std::move(body)).status, 410);
    EXPECT_EQ(stored_files(), 0u);
    EXPECT_EQ(transfers(), 0u);
}

TEST_F(ImageData, OfADeadUploadIsReapedAndTheImageQueuedAgain) {
    const auto id = create();
    transact([&](sql::Transaction& tx) {
        auto record = *state().images.find(tx, ImageId(id));
        record.status = Status::saving;
        state().images.update(tx, record);
        state().transfers.insert(
            tx, {.location = "dead", .image_id = ImageId(id), .expires_at = tx.now() + 60s});
    });
    {
        auto sink = state().store->create("dead");
        sink->write("half of it");
        sink->finish();
    }
    reap_all();
    EXPECT_EQ(status_of(id), "saving") << "its lease has not run out";
    expire_transfers();
    reap_all();
    expect_untouched(id);
}

TEST_F(ImageData, GoesAfterItsImage) {
    const auto id = create();
    upload(id, "data");
    EXPECT_EQ(stored_files(), 1u);
    EXPECT_EQ(ask(Method::DELETE, "/images/" + id).status, 204);
    EXPECT_EQ(stored_files(), 0u);
    EXPECT_EQ(transfers(), 0u);
}

TEST_F(ImageData, IsNotForEveryoneWhileDeactivated) {
    const auto id = create();
    EXPECT_EQ(post("/images/" + id + "/actions/deactivate", "").status, 400) << "still queued";
    upload(id, "data");
    EXPECT_EQ(post("/images/" + id + "/actions/deactivate", "").status, 204);
    EXPECT_EQ(status_of(id), "deactivated");
    EXPECT_EQ(download(id).status, 403);
    EXPECT_EQ(download(id, "", "p0:admin").status, 200);
    EXPECT_EQ(post("/images/" + id + "/actions/deactivate", "").status, 204);
    EXPECT_EQ(post("/images/" + id + "/actions/reactivate", "").status, 204);
    EXPECT_EQ(download(id).body, "data");
}

TEST_F(ImageData, IsStagedAndThenImported) {
    const auto id = create();
    const auto stage = [&](std::string bytes) {
        return ask(Method::PUT, "/images/" + id + "/stage", std::move(bytes), "p1:member",
                   "application/octet-stream")
            .status;
    };
    const auto import = [&](std::string body = R"({"method": {"name": "glance-direct"}})") {
        return post("/images/" + id + "/import", std::move(body)).status;
    };
    EXPECT_EQ(import(), 409) << "nothing staged";
    EXPECT_EQ(stage("data"), 204);
    EXPECT_EQ(status_of(id), "uploading");
    EXPECT_TRUE(get("/images/" + id)["size"].is_null());
    EXPECT_EQ(stage("again"), 409);
    EXPECT_EQ(import("{}"), 400);
    EXPECT_EQ(import(R"({"method": {"name": "web-download"}})"), 400);
    EXPECT_EQ(import(R"({"method": {"name": "glance-direct"}, "stores": ["moon"]})"), 409);
    EXPECT_EQ(import(), 202);
    EXPECT_EQ(status_of(id), "active");
    EXPECT_EQ(download(id).body, "data");
    EXPECT_EQ(import(), 409) << "active";
    const auto tasks = get("/images/" + id + "/tasks").json()["tasks"].as_array();
    ASSERT_EQ(tasks.size(), 1u);
    EXPECT_EQ(tasks[0].text("status"), "success");
    EXPECT_EQ(tasks[0]["input"]["import_req"]["method"].text("name"), "glance-direct");
}

TEST_F(ImageData, ThatWasStagedAndForgottenGoes) {
    const auto id = create();
    ask(Method::PUT, "/images/" + id + "/stage", "data", "p1:member", "application/octet-stream");
    EXPECT_EQ(transfers(), 1u);
    expire_transfers();
    reap_all();
    expect_untouched(id);
}

TEST_F(ImageData, IsFetchedByALinkOrACheckedCopy) {
    const auto id = create();
    upload(id, "data");
    const auto linked = directory + "/linked";
    loops.run(image->fetch(ImageId(id), linked));
    EXPECT_EQ(env->files().read(linked), "data");
    EXPECT_EQ(std::filesystem::hard_link_count(linked), 2u);
    loops.run(image->fetch(ImageId(id), linked));

    const auto copied = "/dev/shm/" + std::filesystem::path(directory).filename().string();
    loops.run(image->fetch(ImageId(id), copied));
    EXPECT_EQ(env->files().read(copied), "data");

    for (const auto& entry : std::filesystem::directory_iterator(directory + "/image/data")) {
        env->files().open(entry.path(), Open::write)->write_at(0, "DATA");
    }
    EXPECT_THROW(loops.run(image->fetch(ImageId(id), copied)), Error);
    EXPECT_FALSE(env->files().exists(copied));
    EXPECT_FALSE(env->files().exists(copied + ".partial"));
    EXPECT_THROW(loops.run(image->fetch(ImageId("nope"), copied)), Error);
}

TEST_F(ImageData, IsKnownToComputeByItsSummary) {
    const auto id = ImageId(create(R"("name": "a", "min_disk": 2, "hw_disk_bus": "ide")"));
    upload(id.str(), "data");
    auto caller = loops.get(tokens.verify("p1:member"));
    auto other = loops.get(tokens.verify("p2:member"));
    transact([&](sql::Transaction& tx) {
        const auto seen = image->find(tx, caller, id);
        EXPECT_EQ(seen->status, "active");
        EXPECT_EQ(seen->size_bytes, 4u);
        EXPECT_EQ(seen->min_disk_gb, 2);
        EXPECT_EQ(seen->properties.at("hw_disk_bus"), "ide");
        EXPECT_FALSE(image->find(tx, other, id));
        EXPECT_TRUE(image->find(tx, id));
    });
}

class LimitedImageData : public ImageData {
protected:
    LimitedImageData() : ImageData({"image.size_cap=1000", "image.user_storage_quota=1500"}) {}
};

TEST_F(LimitedImageData, HasALargestSizeAndAQuota) {
    const auto first = create();
    EXPECT_EQ(upload(first, std::string(1001, 'x')).status, 413);
    expect_untouched(first);
    EXPECT_EQ(upload(first, std::string(1000, 'x')).status, 204);
    const auto second = create();
    EXPECT_EQ(upload(second, std::string(600, 'x')).status, 413);
    EXPECT_EQ(status_of(second), "queued");
    EXPECT_EQ(stored_files(), 1u);
    EXPECT_EQ(upload(second, std::string(500, 'x')).status, 204);
    const auto elsewhere = create("", "p2:member");
    EXPECT_EQ(upload(elsewhere, std::string(600, 'x'), "p2:member").status, 204);
}

class NoUploads : public ImageData {
protected:
    NoUploads() : ImageData({"image.concurrent_uploads=0"}) {}
};

TEST_F(NoUploads, AreTakenLaterWhenTooManyAreUnderWay) {
    const auto id = create();
    const auto refused = upload(id, "data");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.get("Retry-After"), "10");
    expect_untouched(id);
}

class FakeStoreImageData : public ImageData {
protected:
    FakeStoreImageData() : ImageData({"image.store=fake"}) {}
};

TEST_F(FakeStoreImageData, ComesBackFromAStoreWithoutFiles) {
    const auto id = create();
    EXPECT_EQ(upload(id, "data").status, 204);
    EXPECT_EQ(download(id).body, "data");
    EXPECT_EQ(get("/images/" + id)["stores"], json::Value("fake"));
}

}  // namespace
}  // namespace welkin::image
