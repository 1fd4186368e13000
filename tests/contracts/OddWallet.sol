// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A contract that answers every call in one of many ways, few of them right
contract OddWallet {
    uint256 private immutable mood;
    uint256 private calls;

    constructor(uint256 mood_) {
        mood = mood_;
    }

    fallback() external {
        bytes32 yes = bytes32(bytes4(0x1626ba7e));
        if (mood == 0) answer(yes, 32);
        if (mood == 1) revert("no");
        if (mood == 2) for (;;) {}
        if (mood == 3) answer(keccak256("garbage"), 32);
        if (mood == 4) answer(yes, 1 << 20);
        if (mood == 5) answer(yes, 0);
        if (mood == 6) answer(yes, 31);
        if (mood == 7) answer(yes | bytes32(uint256(1)), 32);
        if (mood == 8) answer(yes, 64);
        if (mood == 9) {
            assembly {
                invalid()
            }
        }
        if (mood == 10) {
            calls++;
            answer(yes, 32);
        }
        if (mood == 11) selfdestruct(payable(msg.sender));
        if (mood == 12) {
            assembly {
                mstore(0, yes)
                revert(0, 32)
            }
        }
        if (mood == 13) answer(bytes32(uint256(1)), 32);
        if (mood == 14) answer(yes, 4);
        if (mood == 15) answer(bytes32(bytes4(0x20c13b0b)), 32);
    }

    function answer(bytes32 word, uint256 size) private pure {
        assembly {
            mstore(0, word)
            return(0, size)
        }
    }
}
