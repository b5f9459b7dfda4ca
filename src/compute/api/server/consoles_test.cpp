#include "compute/compute_world.h"
#include "core/base/text.h"

namespace welkin::compute {
namespace {

class Consoles : public ComputeWorld {
protected:
    Consoles() {
        add_flavor("1");
        id = add_server(add_image());
    }
    /// The lines of the console, as clients split them.
    std::vector<std::string> lines(const std::string& length) {
        const auto answer = act(id, R"({"os-getConsoleOutput": {)" + length + "}}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return text::split(answer.json().text("output"), '\n');
    }
    std::string id;
};

TEST_F(Consoles, ShowAsManyLinesAsAskedFor) {
    const auto all = lines("");
    EXPECT_GT(all.size(), 10u);
    const auto last = lines(R"("length": 10)");
    EXPECT_EQ(last.size(), 10u);
    EXPECT_EQ(last.back(), all[all.size() - 2]);  // all of them end in a line feed
    EXPECT_EQ(lines(R"("length": "1")"), std::vector<std::string>{last.back()});
    EXPECT_EQ(lines(R"("length": -1)"), all);
}

TEST_F(Consoles, HaveAUrlWhosePageOpensTheWebsocket) {
    const auto shown = act(id, R"({"os-getVNCConsole": {"type": "novnc"}})", member, "2.1");
    ASSERT_EQ(shown.status, 200) << shown.body;
    const auto url = shown.json()["console"].text("url");
    EXPECT_NE(url.find("/console/vnc_lite.html?path=console%2Fwebsockify%3Ftoken%3D"),
              std::string::npos)
        << url;
}

}  // namespace
}  // namespace welkin::compute
