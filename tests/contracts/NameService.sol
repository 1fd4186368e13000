// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Which resolver knows a name, as the registry of ENS tells it
contract NameService {
    mapping(bytes32 node => address) public resolver;

    /// @notice Have a node's resolver be `target`.
    function setResolver(bytes32 node, address target) external {
        resolver[node] = target;
    }
}
