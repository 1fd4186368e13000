// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A token whose balances are set, with votes that follow them to whoever they are delegated to
contract Coin {
    uint8 public immutable decimals;
    mapping(address holder => uint256 amount) public balanceOf;
    mapping(address holder => address delegate) public delegates;
    mapping(address delegate => uint256 amount) public getVotes;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    /// @notice Let each of `holders` have the amount beside it.
    function hold(address[] calldata holders, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < holders.length; i++) {
            address to = delegates[holders[i]];
            if (to != address(0)) getVotes[to] = getVotes[to] - balanceOf[holders[i]] + amounts[i];
            balanceOf[holders[i]] = amounts[i];
        }
    }

    /// @notice Let each of `holders` delegate to the one beside it; to zero, to nobody.
    function delegate(address[] calldata holders, address[] calldata to) external {
        for (uint256 i = 0; i < holders.length; i++) {
            address before = delegates[holders[i]];
            if (before != address(0)) getVotes[before] -= balanceOf[holders[i]];
            if (to[i] != address(0)) getVotes[to[i]] += balanceOf[holders[i]];
            delegates[holders[i]] = to[i];
        }
    }

    /// @notice Votes as older tokens name them, in fewer bits.
    function getCurrentVotes(address account) external view returns (uint96) {
        uint256 votes = getVotes[account];
        return votes > type(uint96).max ? type(uint96).max : uint96(votes);
    }
}
