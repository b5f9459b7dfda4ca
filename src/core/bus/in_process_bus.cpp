#include <map>
#include <mutex>

#include "core/bus/bus.h"
#include "core/bus/message_error.h"
#include "core/observe/log.h"

namespace welkin::bus {

namespace {

/// The loop where somebody asked to be served, kept for as long as something may be posted to it.
struct Home {
    async::Loop* loop = &async::Loop::current();
    std::shared_ptr<async::Loop> keep = loop->weak_from_this().lock();
};

struct Served {
    Home home;
    Server server;
};

struct Listening {
    Home home;
    std::function<void(const json::Value&)> listener;
};

/// One call under way. Shared, since the caller may give up before the answer comes.
struct Pending {
    async::Event answered;
    json::Value answer;
    json::Value error;
};

/// On the server's loop. Holds the server, which may be replaced meanwhile.
Task<void> serve_call(std::shared_ptr<const Served> served, json::Value message, Home caller,
                      std::shared_ptr<Pending> pending) {
    json::Value answer;
    json::Value error;
    try {
        answer = co_await served->server(std::move(message));
    } catch (...) {
        error = error_to_json(std::current_exception());
    }
    // The answer is handed over on the caller's loop, where nobody reads it at the same time.
    caller.loop->post([pending = std::move(pending), answer = std::move(answer),
                       error = std::move(error)]() mutable {
        pending->answer = std::move(answer);
        pending->error = std::move(error);
        pending->answered.set();
    });
}

Task<void> serve_cast(std::shared_ptr<const Served> served, json::Value message) {
    co_await served->server(std::move(message));
}

class InProcessBus final : public Bus {
public:
    void serve(std::string topic, Server server) override {
        auto served = std::make_shared<Served>(Home{}, std::move(server));
        std::lock_guard lock(mutex_);
        servers_.insert_or_assign(std::move(topic), std::move(served));
    }

    void stop_serving(std::string_view topic) override {
        std::lock_guard lock(mutex_);
        if (auto found = servers_.find(topic); found != servers_.end()) {
            servers_.erase(found);
        }
    }

    Task<json::Value> call(std::string topic, json::Value message, Duration timeout) override {
        auto served = find(topic);
        if (!served) {
            throw unavailable("Nobody answers on \"{}\".", topic);
        }
        auto pending = std::make_shared<Pending>();
        auto& loop = *served->home.loop;
        async::spawn_on(loop, serve_call(std::move(served), std::move(message), Home{}, pending),
                        "bus call");
        if (!co_await pending->answered.wait(timeout)) {
            throw request_timeout(
                "No answer came on \"{}\" within {} ms.", topic,
                std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count());
        }
        if (!pending->error.is_null()) {
            throw error_from_json(pending->error);
        }
        co_return std::move(pending->answer);
    }

    void cast(std::string topic, json::Value message) override {
        auto served = find(topic);
        if (!served) {
            log::debug("nobody took a message", {{"topic", topic}});
            return;
        }
        auto& loop = *served->home.loop;
        async::spawn_on(loop, serve_cast(std::move(served), std::move(message)), "bus cast");
    }

    void fanout(std::string topic, json::Value message) override {
        std::vector<std::shared_ptr<const Listening>> listening;
        {
            std::lock_guard lock(mutex_);
            if (auto found = listeners_.find(topic); found != listeners_.end()) {
                listening = found->second;
            }
        }
        auto shared = std::make_shared<const json::Value>(std::move(message));
        for (auto& one : listening) {
            auto& loop = *one->home.loop;
            loop.post([one = std::move(one), shared] { one->listener(*shared); });
        }
    }

    void listen(std::string topic, std::function<void(const json::Value&)> listener) override {
        auto one = std::make_shared<Listening>(Home{}, std::move(listener));
        std::lock_guard lock(mutex_);
        listeners_[std::move(topic)].push_back(std::move(one));
    }

private:
    std::shared_ptr<const Served> find(std::string_view topic) {
        std::lock_guard lock(mutex_);
        auto found = servers_.find(topic);
        return found == servers_.end() ? nullptr : found->second;
    }

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Served>, std::less<>> servers_;
    std::map<std::string, std::vector<std::shared_ptr<const Listening>>, std::less<>> listeners_;
};

}  // namespace

std::unique_ptr<Bus> make_in_process_bus() { return std::make_unique<InProcessBus>(); }

}  // namespace welkin::bus
