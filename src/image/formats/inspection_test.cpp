#include "image/formats/inspection.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "image/formats/samples.h"

namespace welkin::image::formats {
namespace {

using namespace samples;

/// Feeds `bytes` in pieces of `step` and gives the size a guest sees.
uint64_t inspect(const std::string& format, const std::string& bytes, size_t step = 1 << 20,
                 Mismatch mismatch = Mismatch::refuse) {
    Inspection inspection(format, "bare", mismatch);
    for (size_t at = 0; at < bytes.size(); at += step) {
        inspection.feed(std::string_view(bytes).substr(at, step));
    }
    return inspection.finish();
}

/// Why the bytes are refused, the same whatever pieces they come in; empty if they are not.
std::string refusal(const std::string& format, const std::string& bytes) {
    std::optional<std::string> first;
    for (const size_t step : {size_t{1} << 20, size_t{7}, size_t{512}}) {
        std::string sentence;
        try {
            inspect(format, bytes, step);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::unsupported_media);
            sentence = error.message;
        }
        EXPECT_EQ(first.value_or(sentence), sentence) << "in pieces of " << step;
        first = sentence;
    }
    return *first;
}

#define EXPECT_REFUSED(format, bytes, words) \
    EXPECT_NE(refusal(format, bytes).find(words), std::string::npos) << refusal(format, bytes)

TEST(Inspection, AcceptsEachFormatAndTellsItsSize) {
    for (const size_t step : {size_t{1}, size_t{13}, size_t{512}, size_t{1} << 20}) {
        SCOPED_TRACE(step);
        EXPECT_EQ(inspect("qcow2", qcow2(), step), gigabyte);
        EXPECT_EQ(inspect("qcow2", qcow2({.version = 2}), step), gigabyte);
        EXPECT_EQ(inspect("vmdk", vmdk(), step), gigabyte);
        EXPECT_EQ(inspect("vmdk", vmdk_stream_optimized(), step), gigabyte);
        EXPECT_EQ(inspect("vdi", vdi(), step), gigabyte);
        EXPECT_EQ(inspect("vhd", vhd_dynamic(), step), gigabyte);
        EXPECT_EQ(inspect("vhd", vhd_fixed(), step), gigabyte);
        EXPECT_EQ(inspect("vhdx", vhdx(), step), gigabyte);
        EXPECT_EQ(inspect("iso", iso(), step), iso().size());
    }
}

TEST(Inspection, TakesAnyBytesThatLookLikeNothingElseForRaw) {
    EXPECT_EQ(inspect("raw", ""), 0u);
    EXPECT_EQ(inspect("raw", "x"), 1u);
    EXPECT_EQ(inspect("aki", std::string(5000, 'k')), 5000u);
    EXPECT_EQ(inspect("raw", iso()), iso().size()) << "a hybrid ISO is a disk too";
}

TEST(Inspection, RefusesAnotherContainerThanDeclared) {
    for (const auto* format : {"raw", "ami", "ari", "aki", "ploop", "iso"}) {
        SCOPED_TRACE(format);
        EXPECT_REFUSED(format, qcow2(), "is a qcow2 file");
        EXPECT_REFUSED(format, vmdk(), "is a vmdk file");
        EXPECT_REFUSED(format, vdi(), "is a vdi file");
        EXPECT_REFUSED(format, vhd_dynamic(), "is a vhd file");
        EXPECT_REFUSED(format, vhdx(), "is a vhdx file");
        EXPECT_REFUSED(format, "# Disk DescriptorFile\nversion=1\n", "is a vmdk file");
        EXPECT_REFUSED(format, std::string("QED\0", 4), "is a qed file");
    }
    EXPECT_REFUSED("vmdk", qcow2(), "is a qcow2 file");
    EXPECT_REFUSED("qcow2", vmdk(), "is a vmdk file");
}

TEST(Inspection, RefusesAnIsoThatBeginsWithAnotherContainer) {
    auto polyglot = iso();
    polyglot.replace(0, 104, qcow2().substr(0, 104));
    EXPECT_REFUSED("iso", polyglot, "is a qcow2 file");
}

TEST(Inspection, LooksForContainersInOpaqueOnesToo) {
    Inspection inspection("qcow2", "ova", Mismatch::refuse);
    inspection.feed(std::string(2000, 't'));
    EXPECT_EQ(inspection.finish(), 2000u);

    Inspection disguised("raw", "docker", Mismatch::refuse);
    EXPECT_THROW(disguised.feed(qcow2()), Error);
}

TEST(Inspection, RefusesWhatLacksTheSignatureUnlessMismatchesAreAllowed) {
    const std::string noise(5000, 'n');
    for (const auto* format : {"qcow2", "vmdk", "vdi", "vhd", "vhdx", "iso"}) {
        SCOPED_TRACE(format);
        EXPECT_NE(refusal(format, noise), "");
        EXPECT_NE(refusal(format, ""), "");
        EXPECT_EQ(inspect(format, noise, 100, Mismatch::allow), noise.size());
    }
    EXPECT_THROW(inspect("raw", qcow2(), 100, Mismatch::allow), Error);
}

TEST(Inspection, RefusesEveryFormatThatIsCutOff) {
    for (const auto& [format, bytes, keep] :
         std::initializer_list<std::tuple<const char*, std::string, size_t>>{
             {"qcow2", qcow2(), 90},
             {"vmdk", vmdk(), 600},
             {"vmdk", vmdk_stream_optimized(), 512 * 21},
             {"vdi", vdi(), 400},
             {"vhd", vhd_dynamic(), 514},
             {"vhdx", vhdx(), 200 * 1024},
             {"vhdx", vhdx(), (1 << 20) + 1000},
             {"iso", iso(), 0x8003}}) {
        SCOPED_TRACE(fmt::format("{} {}", format, keep));
        EXPECT_NE(refusal(format, bytes.substr(0, keep)), "");
    }
}

TEST(Inspection, KeepsLittleOfAHugeStream) {
    Inspection inspection("raw", "bare", Mismatch::refuse);
    const std::string megabyte(1 << 20, 'x');
    for (int i = 0; i < 64; ++i) {
        inspection.feed(megabyte);
    }
    EXPECT_EQ(inspection.finish(), 64u << 20);
}

TEST(Qcow2, RefusesWhatNamesOtherFiles) {
    EXPECT_REFUSED("qcow2", qcow2({.backing_offset = 512}), "backing file");
    EXPECT_REFUSED("qcow2", qcow2({.version = 2, .backing_offset = 512}), "backing file");
    EXPECT_REFUSED("qcow2", qcow2({.features = 1 << 2}), "another file");
    EXPECT_REFUSED("qcow2", qcow2({.extension = 0x44415441}), "another file");
    EXPECT_REFUSED("qcow2", qcow2({.version = 2, .extension = 0x44415441}), "another file");
    EXPECT_EQ(refusal("qcow2", qcow2({.extension = 0x6803f857})), "") << "feature names are fine";
}

TEST(Qcow2, RefusesHeadersThatCannotBe) {
    EXPECT_REFUSED("qcow2", qcow2({.version = 4}), "version is 4");
    EXPECT_REFUSED("qcow2", qcow2({.version = 1}), "version is 1");
    EXPECT_REFUSED("qcow2", qcow2({.cluster_bits = 8}), "cluster size");
    EXPECT_REFUSED("qcow2", qcow2({.cluster_bits = 22}), "cluster size");
    EXPECT_REFUSED("qcow2", qcow2({.features = 1ull << 40}), "features that are not known");
    EXPECT_REFUSED("qcow2", qcow2({.features = 1 << 1}), "corrupt");
    EXPECT_REFUSED("qcow2", qcow2({.size = ~0ull}), "cannot be");
    EXPECT_REFUSED("qcow2", qcow2({.header_length = 105}), "cannot be");
    EXPECT_REFUSED("qcow2", qcow2({.header_length = 1 << 30}), "cannot be");
    EXPECT_REFUSED("qcow2", qcow2({.extension = 1, .extension_length = 0xfffffff0}), "runs beyond");
}

TEST(Vmdk, RefusesWhatNamesOtherFiles) {
    EXPECT_REFUSED("vmdk", "# Disk DescriptorFile\nversion=1\n", "text descriptor");
    EXPECT_REFUSED("vmdk", vmdk({.type = "monolithicFlat"}), "monolithicFlat");
    EXPECT_REFUSED("vmdk", vmdk({.type = ""}), "type is ''");
    EXPECT_REFUSED("vmdk", vmdk({.extent = "RW 2097152 FLAT \"/etc/passwd\" 0"}), "extent");
    EXPECT_REFUSED("vmdk", vmdk({.extent = "RW 2097152 SPARSE \"../../secret.vmdk\""}), "extent");
    EXPECT_REFUSED("vmdk", vmdk({.extent = ""}), "0 extents");
    EXPECT_REFUSED("vmdk", vmdk({.extent = "RW 1 SPARSE \"a\"\nRW 1 SPARSE \"b\""}), "2 extents");
    EXPECT_REFUSED("vmdk", vmdk({.more = "parentFileNameHint=\"/etc/shadow\"\n"}), "parent");
    EXPECT_REFUSED("vmdk", vmdk({.more = std::string("\0parentFileNameHint=\"x\"", 23)}), "parent");
    EXPECT_REFUSED("vmdk", vmdk({.capacity = 0}), "cannot be");
}

TEST(Vmdk, RefusesHeadersThatCannotBe) {
    EXPECT_REFUSED("vmdk", vmdk({.version = 9}), "version is 9");
    EXPECT_REFUSED("vmdk", vmdk({.capacity = ~0ull}), "cannot be");
    EXPECT_REFUSED("vmdk", vmdk({.descriptor_sectors = 1 << 20}), "no descriptor");
    EXPECT_REFUSED("vmdk", vmdk({.descriptor_offset = 0}), "no descriptor");
    EXPECT_REFUSED("vmdk", vmdk({.descriptor_offset = ~0ull}), "no descriptor");
}

TEST(Vmdk, RefusesAFooterThatTellsAnotherStory) {
    auto bytes = vmdk_stream_optimized();
    bytes[bytes.size() - 1024 + 28] = 9;  // where the descriptor is
    EXPECT_REFUSED("vmdk", bytes, "footer");
}

TEST(Vdi, RefusesDifferences) {
    EXPECT_REFUSED("vdi", vdi(4), "difference");
    auto linked = vdi();
    linked[0x1a8 + 20] = 1;
    EXPECT_REFUSED("vdi", linked, "difference");
}

TEST(Vhd, RefusesDifferences) {
    EXPECT_REFUSED("vhd", vhd_dynamic(4), "difference");
    EXPECT_REFUSED("vhd", vhd_fixed(4), "difference");
    auto lost = vhd_dynamic();
    lost[512] = 'X';
    EXPECT_REFUSED("vhd", lost, "header of a dynamic disk");
    auto backwards = vhd_dynamic();
    backwards.replace(16, 8, std::string(8, '\0'));
    EXPECT_REFUSED("vhd", backwards, "cannot be");
}

TEST(Vhdx, RefusesDifferences) {
    EXPECT_REFUSED("vhdx", vhdx({.parent_flag = true}), "difference");
    EXPECT_REFUSED("vhdx", vhdx({.parent_locator = true}), "difference");
    EXPECT_REFUSED("vhdx", vhdx({.size_offset = 4}), "outside");
    EXPECT_REFUSED("vhdx", vhdx({.size_offset = 0xfffffff0}), "outside");
    EXPECT_REFUSED("vhdx", vhdx({.metadata_offset = 4096}), "cannot be");
}

}  // namespace
}  // namespace welkin::image::formats
