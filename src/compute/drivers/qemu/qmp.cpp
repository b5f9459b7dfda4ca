#include "compute/drivers/qemu/qmp.h"

#include "core/observe/log.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr size_t max_line_bytes = 1 << 20;
constexpr Duration forever = std::chrono::hours(24 * 365);

work::DriverError lost(std::string_view what) {
    return {work::DriverError::Kind::retry, fmt::format("QEMU did not answer {}.", what)};
}

}  // namespace

Qmp::Qmp(std::unique_ptr<async::Stream> stream, OnEvent on_event, OnClose on_close)
    : stream_(std::move(stream)), on_event_(std::move(on_event)), on_close_(std::move(on_close)) {}

Qmp::~Qmp() = default;

Task<std::shared_ptr<Qmp>> Qmp::connect(std::string path, OnEvent on_event, OnClose on_close,
                                        Duration timeout) {
    auto stream = co_await async::connect_unix(std::move(path), timeout);
    co_return co_await open(std::move(stream), std::move(on_event), std::move(on_close), timeout);
}

Task<std::shared_ptr<Qmp>> Qmp::open(std::unique_ptr<async::Stream> stream, OnEvent on_event,
                                     OnClose on_close, Duration timeout) {
    std::shared_ptr<Qmp> qmp(new Qmp(std::move(stream), std::move(on_event), std::move(on_close)));
    async::spawn(read_all(qmp), "QMP reader");
    if (!co_await qmp->greeted_.wait(timeout) || qmp->closed_) {
        qmp->close();
        throw lost("with a greeting");
    }
    co_await qmp->command("qmp_capabilities", {}, timeout);
    co_return qmp;
}

Task<void> Qmp::read_all(std::shared_ptr<Qmp> self) {
    try {
        char chunk[16 * 1024];
        while (!self->closed_) {
            const auto count = co_await self->stream_->read(chunk, forever);
            if (count == 0) {
                break;
            }
            self->buffer_.append(chunk, count);
            size_t begin = 0;
            for (size_t end; (end = self->buffer_.find('\n', begin)) != std::string::npos;
                 begin = end + 1) {
                self->take_line(std::string_view(self->buffer_).substr(begin, end - begin));
            }
            self->buffer_.erase(0, begin);
            if (self->buffer_.size() > max_line_bytes) {
                break;
            }
        }
    } catch (const Error&) {
        // The peer is gone, which lose() tells everyone.
    }
    self->lose();
}

void Qmp::take_line(std::string_view line) {
    json::Value message;
    try {
        message = json::parse(line);
    } catch (const Error& error) {
        log::warning("QEMU sent a line that is not JSON", {{"why", error.message}});
        return;
    }
    if (message.find("QMP") != nullptr) {
        greeted_.set();
    } else if (const auto event = message.text("event"); !event.empty()) {
        if (on_event_) {
            on_event_(event, message["data"]);
        }
    } else if (const auto found = pending_.find(message.integer("id")); found != pending_.end()) {
        found->second->answer = std::move(message);
        found->second->done.set();
    }
}

void Qmp::lose() {
    if (closed_) {
        return;
    }
    closed_ = true;
    greeted_.set();
    for (auto& [id, pending] : pending_) {
        pending->done.set();
    }
    // Called last and once: it may drop the last reference but that of the reader.
    if (auto on_close = std::exchange(on_close_, {})) {
        on_close();
    }
    on_event_ = {};
}

void Qmp::close() {
    on_close_ = {};
    lose();
    stream_->close();
}

Task<json::Value> Qmp::command(std::string name, json::Value arguments, Duration timeout) {
    auto self = shared_from_this();
    if (closed_) {
        throw lost(name);
    }
    const auto id = next_id_++;
    auto pending = std::make_shared<Pending>();
    pending_[id] = pending;
    std::string line;
    json::Writer writer(line);
    writer.begin_object().member("execute", name).member("id", id);
    if (!arguments.is_null()) {
        writer.member("arguments", arguments);
    }
    writer.end_object();
    line += '\n';
    bool answered = false;
    try {
        {
            const auto guard = co_await writing_.lock();
            co_await stream_->write(line, {}, timeout);
        }
        answered = co_await pending->done.wait(timeout);
    } catch (const Error&) {
        // Reported below, like every other way of getting no answer.
    }
    pending_.erase(id);
    if (!answered || pending->answer.is_null()) {
        throw lost(name);
    }
    if (const auto* error = pending->answer.find("error")) {
        throw work::DriverError(work::DriverError::Kind::fatal,
                                fmt::format("QEMU refused {}: {}", name, error->text("desc")));
    }
    co_return pending->answer["return"];
}

}  // namespace welkin::compute::qemu
