# Compiler and linker settings shared by every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_C_FLAGS_DEV "-O1 -g1")

add_compile_options(-Wall -Wextra -Wnon-virtual-dtor -Wno-missing-field-initializers
    -Wno-missing-designated-field-initializers
    -Werror=return-type -Werror=unused-result -Werror=uninitialized -Werror=dangling
    -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

if(WELKIN_SANITIZE)
    # vptr: SOCI's library carries no type information of its classes.
    add_compile_options(-fsanitize=${WELKIN_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=vptr)
    add_link_options(-fsanitize=${WELKIN_SANITIZE})
endif()

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
find_program(LLD NAMES ld.lld-19 ld.lld)
if(MOLD)
    add_link_options(-fuse-ld=mold)
elseif(LLD)
    add_link_options(-fuse-ld=lld)
endif()
add_link_options(-Wl,--gc-sections)
