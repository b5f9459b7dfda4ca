// What every image store promises, against each row of the table.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "image/stores/fake_store.h"
#include "image/stores/table.h"

namespace welkin::image::stores {
namespace {

class StoreContract : public testing::TestWithParam<const char*> {
protected:
    StoreContract() {
        char path[] = "/tmp/welkin-image-store-XXXXXX";
        directory = ::mkdtemp(path);
        store = make_store(GetParam(), *env, directory);
    }
    ~StoreContract() override { std::filesystem::remove_all(directory); }

    void put(const std::string& name, std::string_view bytes) {
        auto sink = store->create(name);
        sink->write(bytes.substr(0, bytes.size() / 2));
        sink->write(bytes.substr(bytes.size() / 2));
        sink->finish();
    }
    std::string get(const std::string& name) {
        auto file = store->open(name);
        std::string bytes(file->size(), '\0');
        EXPECT_EQ(file->read_at(0, bytes), bytes.size());
        return bytes;
    }

    std::unique_ptr<Env> env = make_real_env();
    std::string directory;
    std::unique_ptr<Store> store;
};

TEST_P(StoreContract, GivesBackWhatWasPut) {
    put("a", "hello world");
    put("b", "");
    EXPECT_EQ(get("a"), "hello world");
    EXPECT_EQ(get("b"), "");
}

TEST_P(StoreContract, ShowsNothingBeforeItIsFinished) {
    auto sink = store->create("a");
    sink->write("hello");
    EXPECT_THROW(store->open("a"), Error);
    sink->finish();
    EXPECT_EQ(get("a"), "hello");
}

TEST_P(StoreContract, ForgetsWhatWasNeverFinished) {
    {
        store->create("a")->write("hello");
    }
    EXPECT_THROW(store->open("a"), Error);
    put("a", "again");
    EXPECT_EQ(get("a"), "again");
}

TEST_P(StoreContract, RemovesWhatIsThereAndForgivesWhatIsNot) {
    put("a", "hello");
    store->remove("a");
    store->remove("a");
    EXPECT_THROW(store->open("a"), Error);
}

TEST_P(StoreContract, LetsAReaderGoOnAfterTheRemoval) {
    put("a", "hello");
    auto file = store->open("a");
    store->remove("a");
    std::string bytes(5, '\0');
    EXPECT_EQ(file->read_at(0, bytes), 5u);
    EXPECT_EQ(bytes, "hello");
}

TEST_P(StoreContract, TellsWhatIsFree) { EXPECT_GT(store->free_bytes(), 0u); }

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values("file", "fake"));

TEST(FakeStore, IsFullAtItsCapacityAndFreesWhatIsRemoved) {
    auto store = make_fake_store(10);
    {
        auto sink = store->create("a");
        sink->write("12345678");
        EXPECT_THROW(sink->write("123"), Error);
        sink->finish();
    }
    EXPECT_EQ(store->free_bytes(), 2u);
    store->remove("a");
    EXPECT_EQ(store->free_bytes(), 10u);
}

TEST(StoreTable, NamesTheKnownStoresWhenAskedForAnother) {
    auto env = make_real_env();
    try {
        make_store("tape", *env, "/nonexistent");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message, "image.store is 'tape'; it must be one of: file, fake.");
    }
}

}  // namespace
}  // namespace welkin::image::stores
