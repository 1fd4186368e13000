// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Erc20} from "./Erc20.sol";
import {Owned} from "./Owned.sol";

/// @title Tokens that vest, shown as a token that cannot be moved
/// @notice `balanceOf` is what is still vesting: all of a grant until its cliff, then less with every second, at
///         last nothing. What has vested is paid out by `release`. A wallet shows the balance as it shows any
///         ERC-20, and a vote can count it.
contract VestingToken is Owned {
    struct Grant {
        address holder;
        uint256 amount;
        uint64 start;
        uint64 cliff;
        uint64 end;
    }

    string public name;
    string public symbol;
    uint8 public constant decimals = 18;
    Erc20 public immutable token;
    Grant[] public grants;
    mapping(address holder => uint256[] numbers) private _grantsOf;
    mapping(address holder => uint256 amount) public granted;
    mapping(address holder => uint256 amount) public released;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Granted(address indexed holder, uint256 amount, uint64 start, uint64 cliff, uint64 end);

    error NotTransferable();
    error BadSchedule(uint64 start, uint64 cliff, uint64 end);
    error Unpaid();

    constructor(string memory name_, string memory symbol_, Erc20 token_) {
        name = name_;
        symbol = symbol_;
        token = token_;
    }

    /// @notice Grant `amount` to `holder`, out of the owner's tokens: nothing until `cliff`, then evenly from `start`
    ///         to `end`. The owner must have approved this contract.
    function grant(address holder, uint256 amount, uint64 start, uint64 cliff, uint64 end) external onlyOwner {
        if (start > cliff || cliff > end || start == end) revert BadSchedule(start, cliff, end);
        _grantsOf[holder].push(grants.length);
        grants.push(Grant({holder: holder, amount: amount, start: start, cliff: cliff, end: end}));
        granted[holder] += amount;
        emit Granted(holder, amount, start, cliff, end);
        emit Transfer(address(0), holder, amount);
        if (!token.transferFrom(msg.sender, address(this), amount)) revert Unpaid();
    }

    /// @notice Pay `holder` what has vested and was not paid yet.
    function release(address holder) external returns (uint256 amount) {
        amount = granted[holder] - balanceOf(holder) - released[holder];
        released[holder] += amount;
        emit Transfer(holder, address(0), amount);
        if (!token.transfer(holder, amount)) revert Unpaid();
    }

    /// @notice What is still vesting for `holder`.
    function balanceOf(address holder) public view returns (uint256 sum) {
        uint256[] storage numbers = _grantsOf[holder];
        for (uint256 i = 0; i < numbers.length; ++i) sum += _vesting(grants[numbers[i]]);
    }

    /// @notice What is still vesting for everybody.
    function totalSupply() external view returns (uint256 sum) {
        for (uint256 i = 0; i < grants.length; ++i) sum += _vesting(grants[i]);
    }

    /// @notice Nobody may move what is still vesting.
    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    /// @notice Always refused.
    function transfer(address, uint256) external pure returns (bool) {
        revert NotTransferable();
    }

    /// @notice Always refused.
    function approve(address, uint256) external pure returns (bool) {
        revert NotTransferable();
    }

    /// @notice Always refused.
    function transferFrom(address, address, uint256) external pure returns (bool) {
        revert NotTransferable();
    }

    function _vesting(Grant storage g) private view returns (uint256) {
        if (block.timestamp < g.cliff) return g.amount;
        if (block.timestamp >= g.end) return 0;
        return g.amount - (g.amount * (block.timestamp - g.start)) / (g.end - g.start);
    }
}
