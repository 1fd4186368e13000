// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Delegations by delegator and id, with the events and the views of the Delegate Registry
contract DelegateRegistry {
    mapping(address delegator => mapping(bytes32 id => address delegate)) public delegation;

    event SetDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate);
    event ClearDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate);

    /// @notice Delegate to `delegate` for `id`, in place of whoever it was.
    function setDelegate(bytes32 id, address delegate) external {
        address before = delegation[msg.sender][id];
        require(delegate != msg.sender && delegate != address(0) && delegate != before, "nothing to set");
        delegation[msg.sender][id] = delegate;
        if (before != address(0)) emit ClearDelegate(msg.sender, id, before);
        emit SetDelegate(msg.sender, id, delegate);
    }

    /// @notice Delegate to nobody for `id`.
    function clearDelegate(bytes32 id) external {
        address before = delegation[msg.sender][id];
        require(before != address(0), "nothing to clear");
        delegation[msg.sender][id] = address(0);
        emit ClearDelegate(msg.sender, id, before);
    }
}
