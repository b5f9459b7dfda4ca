#pragma once
// Qmp: one connection to a QEMU's machine protocol: JSON lines over a unix socket.
// Source: https://www.qemu.org/docs/master/interop/qmp-spec.html
//
// Belongs to the loop it was connected on. Commands may be outstanding together; events come in
// order. Once the connection is lost every pending and later command fails.
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/async/stream.h"
#include "core/json/json.h"

namespace welkin::compute::qemu {

class Qmp : public std::enable_shared_from_this<Qmp> {
public:
    using OnEvent = std::function<void(const std::string& event, const json::Value& data)>;
    using OnClose = std::function<void()>;

    /// Connects, negotiates capabilities and starts to read. Throws unavailable() when nobody
    /// listens at `path`, DriverError{retry} when what answers does not speak QMP.
    static Task<std::shared_ptr<Qmp>> connect(std::string path, OnEvent on_event, OnClose on_close,
                                              Duration timeout);
    /// The same over a stream that is connected already.
    static Task<std::shared_ptr<Qmp>> open(std::unique_ptr<async::Stream> stream, OnEvent on_event,
                                           OnClose on_close, Duration timeout);
    ~Qmp();

    /// The "return" of a command. Throws DriverError{fatal} with QEMU's own words when it refuses,
    /// DriverError{retry} when the connection is lost or the time is over.
    Task<json::Value> command(std::string name, json::Value arguments = {}, Duration timeout = 30s);
    bool closed() const { return closed_; }
    void close();

private:
    struct Pending {
        async::Event done;
        json::Value answer;
    };
    Qmp(std::unique_ptr<async::Stream> stream, OnEvent on_event, OnClose on_close);
    static Task<void> read_all(std::shared_ptr<Qmp> self);
    void take_line(std::string_view line);
    void lose();

    std::unique_ptr<async::Stream> stream_;
    OnEvent on_event_;
    OnClose on_close_;
    std::string buffer_;
    std::map<int64_t, std::shared_ptr<Pending>> pending_;
    async::Event greeted_;
    int64_t next_id_ = 1;
    bool closed_ = false;
    async::Mutex writing_;
};

}  // namespace welkin::compute::qemu
