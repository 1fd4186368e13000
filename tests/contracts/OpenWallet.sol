// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A wallet that says yes once anybody has opened it
contract OpenWallet {
    bool private opened;

    function open() external {
        opened = true;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return opened ? this.isValidSignature.selector : bytes4(0);
    }
}
