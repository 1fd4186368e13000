// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Many calls in one, by the interface that bulk readers know from Multicall3
contract Aggregate3 {
    struct Call3 {
        address target;
        bool allowFailure;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    error CallFailed(uint256 index);

    /// @notice Make all calls in order. One that fails is reported as such if it may fail, else it undoes them all.
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory results) {
        results = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool success, bytes memory data) = calls[i].target.call(calls[i].callData);
            if (!success && !calls[i].allowFailure) revert CallFailed(i);
            results[i] = Result({success: success, returnData: data});
        }
    }

    /// @notice The coin that `holder` has.
    function getEthBalance(address holder) external view returns (uint256) {
        return holder.balance;
    }

    /// @notice The time of the block, which tells a reader the block it was answered from.
    function getCurrentBlockTimestamp() external view returns (uint256) {
        return block.timestamp;
    }
}
