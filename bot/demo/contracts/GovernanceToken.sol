// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Erc20} from "./Erc20.sol";
import {Owned} from "./Owned.sol";

/// @title A governance token: ERC-20 with 18 decimals, delegated votes and their history
/// @notice A balance votes only once its holder has delegated it, to themselves or to another.
///         History is kept by block number (ERC-6372), one checkpoint a block.
contract GovernanceToken is Erc20, Owned {
    struct Checkpoint {
        uint48 timepoint;
        uint208 amount;
    }

    mapping(address holder => address) public delegates;
    mapping(address delegate => Checkpoint[]) private _votes;
    Checkpoint[] private _supply;

    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);
    event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes);

    error FutureLookup(uint256 timepoint, uint48 clock);
    error TooLarge(uint256 amount);

    constructor(string memory name_, string memory symbol_) Erc20(name_, symbol_, 18) {}

    /// @notice Create `value` tokens for `to`.
    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }

    /// @notice Let `delegatee` vote with everything the caller holds, now and later; zero takes the votes back.
    function delegate(address delegatee) external {
        address before = delegates[msg.sender];
        delegates[msg.sender] = delegatee;
        emit DelegateChanged(msg.sender, before, delegatee);
        _moveVotes(before, delegatee, balanceOf[msg.sender]);
    }

    /// @notice The present timepoint: the block number.
    function clock() public view returns (uint48) {
        return uint48(block.number);
    }

    /// @notice How `clock` counts, in the words of ERC-6372.
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=blocknumber&from=default";
    }

    /// @notice The votes `account` has now.
    function getVotes(address account) external view returns (uint256) {
        return _last(_votes[account]);
    }

    /// @notice The votes `account` had at the end of block `timepoint`, which must have passed.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _at(_votes[account], timepoint);
    }

    /// @notice The supply at the end of block `timepoint`, which must have passed.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _at(_supply, timepoint);
    }

    /// @notice How many checkpoints `account` has.
    function numCheckpoints(address account) external view returns (uint256) {
        return _votes[account].length;
    }

    function _moved(address from, address to, uint256 value) internal override {
        if (from == address(0)) _write(_supply, totalSupply);
        _moveVotes(delegates[from], delegates[to], value);
    }

    function _moveVotes(address from, address to, uint256 amount) private {
        if (from == to || amount == 0) return;
        if (from != address(0)) _setVotes(from, _last(_votes[from]) - amount);
        if (to != address(0)) _setVotes(to, _last(_votes[to]) + amount);
    }

    function _setVotes(address account, uint256 votes) private {
        emit DelegateVotesChanged(account, _last(_votes[account]), votes);
        _write(_votes[account], votes);
    }

    function _write(Checkpoint[] storage history, uint256 amount) private {
        if (amount > type(uint208).max) revert TooLarge(amount);
        uint256 length = history.length;
        if (length > 0 && history[length - 1].timepoint == clock()) {
            history[length - 1].amount = uint208(amount);
        } else {
            history.push(Checkpoint({timepoint: clock(), amount: uint208(amount)}));
        }
    }

    function _last(Checkpoint[] storage history) private view returns (uint256) {
        uint256 length = history.length;
        return length == 0 ? 0 : history[length - 1].amount;
    }

    /// @dev The amount of the newest checkpoint that is not later than `timepoint`, by bisection.
    function _at(Checkpoint[] storage history, uint256 timepoint) private view returns (uint256) {
        if (timepoint >= clock()) revert FutureLookup(timepoint, clock());
        uint256 low = 0;
        uint256 high = history.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (history[middle].timepoint <= timepoint) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : history[low - 1].amount;
    }
}
