// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A contract with one owner, who deployed it
abstract contract Owned {
    address public immutable owner = msg.sender;

    error NotOwner(address caller);

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner(msg.sender);
        _;
    }
}
