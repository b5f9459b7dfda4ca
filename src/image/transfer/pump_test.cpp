#include "image/transfer/pump.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/async/loops.h"
#include "core/base/error.h"

namespace welkin::image::transfer {
namespace {

using namespace std::chrono_literals;

Task<void> write(Pump& pump, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto space = co_await pump.space();
        const auto count = bytes.copy(space.data(), space.size());
        pump.filled(count);
        bytes.remove_prefix(count);
    }
}

Task<void> send(std::vector<Consumer> consumers, std::string piece, int times,
                std::atomic<size_t>* written = nullptr) {
    Pump pump(std::move(consumers));
    for (int i = 0; i < times; ++i) {
        co_await write(pump, piece);
        if (written != nullptr) {
            *written += piece.size();
        }
    }
    co_await pump.finish();
}

TEST(Pump, GivesEveryConsumerEverythingInOrder) {
    async::Loops loops(1);
    std::string a;
    std::string b;
    std::string expected;
    for (int i = 0; i < 300; ++i) {
        expected += std::string(30'001, static_cast<char>('a' + i % 26));
    }
    loops.run([](std::string& first, std::string& second, const std::string& all) -> Task<void> {
        Pump pump({[&](std::string_view bytes) { first += bytes; },
                   [&](std::string_view bytes) { second += bytes; }});
        for (size_t at = 0; at < all.size(); at += 77'777) {
            co_await write(pump, std::string_view(all).substr(at, 77'777));
        }
        co_await pump.finish();
    }(a, b, expected));
    EXPECT_TRUE(a == expected);
    EXPECT_TRUE(b == expected);
}

TEST(Pump, WaitsForTheSlowestConsumerWithAFullRing) {
    async::Loops loops(1);
    std::atomic<size_t> written = 0;
    std::atomic<size_t> consumed = 0;
    std::atomic<size_t> widest = 0;
    const Consumer slow = [&](std::string_view bytes) {
        std::this_thread::sleep_for(1ms);
        consumed += bytes.size();
        widest = std::max<size_t>(widest, written - std::min<size_t>(written, consumed));
    };
    loops.run(send({slow, [](std::string_view) {}}, std::string(100'000, 'x'), 400, &written));
    EXPECT_EQ(consumed, 40'000'000u);
    EXPECT_LE(widest, size_t{7} << 20);
}

TEST(Pump, ThrowsWhatAConsumerThrewAndGoesNoFurther) {
    async::Loops loops(1);
    std::atomic<int> calls = 0;
    const Consumer broken = [&](std::string_view) {
        ++calls;
        throw insufficient_storage("The disk is full.");
    };
    std::atomic<size_t> written = 0;
    EXPECT_THROW(loops.run(send({broken}, std::string(1 << 20, 'x'), 1000, &written)), Error);
    EXPECT_EQ(calls, 1);
    EXPECT_LE(written, size_t{16} << 20);
}

TEST(Pump, ThrowsTroubleWithTheLastBytesFromFinish) {
    async::Loops loops(1);
    const Consumer broken = [](std::string_view) { throw internal("No."); };
    EXPECT_THROW(loops.run(send({broken}, "x", 1)), Error);
}

TEST(Pump, FinishesWithoutAnyBytes) {
    async::Loops loops(1);
    loops.run(send({[](std::string_view) { FAIL(); }}, "", 1));
}

TEST(Pump, MayBeDroppedWhileConsumersWork) {
    auto consumed = std::make_shared<std::atomic<int>>(0);
    {
        async::Loops loops(1);
        loops.run([](std::shared_ptr<std::atomic<int>> count) -> Task<void> {
            Pump pump({[count](std::string_view) {
                std::this_thread::sleep_for(20ms);
                ++*count;
            }});
            co_await write(pump, std::string(3 << 20, 'x'));
        }(consumed));
    }
    EXPECT_LE(*consumed, 3);
}

}  // namespace
}  // namespace welkin::image::transfer
