// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A resolver that answers by its mood
contract NameResolver {
    enum Mood {
        Honest,
        Reverting,
        Endless,
        Garbage,
        Huge,
        Elsewhere
    }

    mapping(bytes32 node => string) private names;
    mapping(bytes32 node => address) private addresses;
    Mood public mood;

    error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callback, bytes extraData);

    function setMood(Mood now_) external {
        mood = now_;
    }

    function setName(bytes32 node, string calldata value) external {
        names[node] = value;
    }

    function setAddr(bytes32 node, address value) external {
        addresses[node] = value;
    }

    function name(bytes32 node) external view returns (string memory) {
        behave();
        return names[node];
    }

    function addr(bytes32 node) external view returns (address) {
        behave();
        return addresses[node];
    }

    function behave() private view {
        if (mood == Mood.Reverting) revert("no");
        if (mood == Mood.Endless) for (uint256 i = 0; ; i++) keccak256(abi.encode(i));
        if (mood == Mood.Garbage) {
            assembly {
                mstore(0, not(0))
                mstore(32, not(0))
                return(0, 64)
            }
        }
        if (mood == Mood.Huge) {
            assembly {
                mstore(0, 32)
                mstore(32, 1000000)
                return(0, 1000064)
            }
        }
        if (mood == Mood.Elsewhere) revert OffchainLookup(address(this), new string[](1), "", bytes4(0), "");
    }
}
