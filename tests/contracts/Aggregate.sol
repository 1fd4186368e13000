// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Many calls in one, by the interface that snapshot.js reads through
contract Aggregate {
    struct Call {
        address target;
        bytes callData;
    }

    /// @notice Make all calls in order; one that fails fails them all.
    function aggregate(Call[] calldata calls) external returns (uint256 number, bytes[] memory returned) {
        returned = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            bool success;
            (success, returned[i]) = calls[i].target.call(calls[i].callData);
            require(success, "a call failed");
        }
        number = block.number;
    }

    /// @notice The coin that `holder` has.
    function getEthBalance(address holder) external view returns (uint256) {
        return holder.balance;
    }
}
