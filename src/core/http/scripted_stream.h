#pragma once
// ScriptedStream: a connection for tests whose peer says what it says in pieces of given sizes and
// then hangs up, or stalls until every time limit is over.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/async/stream.h"
#include "core/base/error.h"

namespace welkin::http {

class ScriptedStream : public async::Stream {
public:
    enum class After { hangs_up, stalls };

    /// What went the other way; outlives the stream.
    struct Record {
        std::string written;
        int writes = 0;
        bool closed = false;
        size_t unread = 0;
    };

    ScriptedStream(Record& record, std::vector<std::string> pieces, After after = After::hangs_up)
        : record_(record), pieces_(std::move(pieces)), after_(after) {
        std::reverse(pieces_.begin(), pieces_.end());
    }
    ~ScriptedStream() override {
        for (const auto& piece : pieces_) {
            record_.unread += piece.size();
        }
    }

    Task<size_t> read(std::span<char> into, Duration) override {
        if (pieces_.empty()) {
            if (after_ == After::stalls) {
                throw request_timeout("The peer was too slow.");
            }
            co_return 0;
        }
        auto& piece = pieces_.back();
        const auto count = std::min(into.size(), piece.size());
        std::memcpy(into.data(), piece.data(), count);
        piece.erase(0, count);
        if (piece.empty()) {
            pieces_.pop_back();
        }
        co_return count;
    }
    Task<void> write(std::string_view first, std::string_view second, Duration) override {
        record_.written.append(first).append(second);
        ++record_.writes;
        co_return;
    }
    Task<void> write_file(int descriptor, uint64_t offset, uint64_t length, Duration) override {
        std::string bytes(length, '\0');
        const auto count = ::pread(descriptor, bytes.data(), length, static_cast<off_t>(offset));
        record_.written.append(bytes, 0, static_cast<size_t>(std::max<ssize_t>(count, 0)));
        ++record_.writes;
        co_return;
    }
    void shutdown_write() override {}
    void close() override { record_.closed = true; }
    async::Address peer() const override { return {"192.0.2.1", 1234}; }
    async::Address local() const override { return {"127.0.0.1", 8700}; }

private:
    Record& record_;
    std::vector<std::string> pieces_;
    After after_;
};

}  // namespace welkin::http
