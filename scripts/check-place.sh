#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Says why a tree cannot be built where it lies, if so: its path is in command lines as it is.
#
# usage: scripts/check-place.sh       in the root of the tree

case $(pwd) in
*[[:space:]\"\'\`\$\&\;\(\)\<\>\|\*\?\[\#:=\\]*)
    echo "the path of this tree has a space or one of \"'\`\$&;()<>|*?[#:=\\ in it; move it elsewhere"
    ;;
esac
