"""Images and their data."""
import hashlib
import os as system

from client_program import expect, expect_in, expect_not_in


def images(cloud):
    os = cloud.member
    data = system.urandom(3_000_000)
    path = cloud.file("image.raw", data)
    os.run("image", "create", "i-one", "--disk-format", "raw", "--container-format", "bare",
                   "--file", path, "--property", "os_distro=tiny", "--tag", "small", "--min-ram", 32)
    expect_in("i-one", os.names("image", "list"), "image list")
    shown = os.json("image", "show", "i-one")
    expect([shown[key] for key in ("status", "size", "min_ram", "checksum")],
           ["active", len(data), 32, hashlib.md5(data).hexdigest()], "image show")
    expect(shown["properties"]["os_distro"], "tiny", "a property")
    expect(shown["tags"], ["small"], "tags")
    saved = cloud.directory + "/saved.raw"
    os.run("image", "save", "i-one", "--file", saved)
    with open(saved, "rb") as file:
        expect(hashlib.sha512(file.read()).hexdigest(), hashlib.sha512(data).hexdigest(), "what was saved")
    os.run("image", "set", "i-one", "--name", "i-1", "--property", "os_version=1")
    expect(os.json("image", "show", "i-1")["properties"]["os_version"], "1", "a property set")
    os.run("image", "unset", "i-1", "--property", "os_version")
    expect_not_in("os_version", os.json("image", "show", "i-1")["properties"], "properties")
    os.run("image", "set", "i-1", "--protected")
    expect_in("403", os.refused("image", "delete", "i-1"), "deleting a protected image")
    os.run("image", "set", "i-1", "--unprotected")
    os.run("image", "delete", "i-1")
    expect_not_in("i-1", os.names("image", "list"), "image list")


def image_sharing(cloud):
    """An image of the admin is seen by members once it is shared and accepted."""
    path = cloud.file("shared.raw", b"shared")
    cloud.admin.run("image", "create", "i-shared", "--shared", "--disk-format", "raw", "--file", path)
    expect_in("No Image found", cloud.member.refused("image", "show", "i-shared"), "before it is shared")
    image = cloud.admin.value("id", "image", "show", "i-shared")
    cloud.admin.run("image", "add", "project", "i-shared", "members")
    cloud.member.run("image", "set", "--accept", image)
    expect_in("i-shared", cloud.member.names("image", "list"), "image list")
    expect([row["Status"] for row in cloud.admin.json("image", "member", "list", "i-shared")], ["accepted"], "members")
    cloud.admin.run("image", "remove", "project", "i-shared", "members")
    expect_not_in("i-shared", cloud.member.names("image", "list"), "image list")
    cloud.admin.run("image", "delete", "i-shared")


CHAPTERS = [images, image_sharing]
