// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Owned} from "./Owned.sol";

/// @title A member's badge: the part of ERC-721 that ownership needs
/// @notice There are no approvals: only the owner of a badge may move it.
contract MemberBadge is Owned {
    string public name;
    string public symbol;
    uint256 public totalSupply;
    mapping(address holder => uint256 count) private _balances;
    mapping(uint256 id => address) private _owners;

    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);

    error NoSuchBadge(uint256 id);
    error NotYours(uint256 id, address caller);
    error ZeroAddress();

    constructor(string memory name_, string memory symbol_) {
        name = name_;
        symbol = symbol_;
    }

    /// @notice Give `to` a new badge; they are numbered from 1.
    function mint(address to) external onlyOwner returns (uint256 id) {
        if (to == address(0)) revert ZeroAddress();
        id = ++totalSupply;
        _owners[id] = to;
        ++_balances[to];
        emit Transfer(address(0), to, id);
    }

    /// @notice How many badges `holder` has.
    function balanceOf(address holder) external view returns (uint256) {
        if (holder == address(0)) revert ZeroAddress();
        return _balances[holder];
    }

    /// @notice Who has badge `id`.
    function ownerOf(uint256 id) public view returns (address holder) {
        holder = _owners[id];
        if (holder == address(0)) revert NoSuchBadge(id);
    }

    /// @notice Move badge `id`, which the caller must have.
    function transferFrom(address from, address to, uint256 id) external {
        if (ownerOf(id) != from || msg.sender != from) revert NotYours(id, msg.sender);
        if (to == address(0)) revert ZeroAddress();
        _owners[id] = to;
        --_balances[from];
        ++_balances[to];
        emit Transfer(from, to, id);
    }
}
