// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import "./OwnedWallet.sol";

/// @title Makes wallets where they were said to be, and misbehaves where it is asked to
contract WalletFactory {
    function make(address owner, bytes32 salt) public returns (address) {
        return address(new OwnedWallet{salt: salt}(owner));
    }

    function addressOf(address owner, bytes32 salt) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(OwnedWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }

    function makeAndRevert(address owner, bytes32 salt) external {
        make(owner, salt);
        revert("changed my mind");
    }

    function makeAndBurn(address owner, bytes32 salt) external {
        make(owner, salt);
        assembly {
            invalid()
        }
    }

    function makeAndDie(address owner, bytes32 salt) external {
        make(owner, salt);
        selfdestruct(payable(owner));
    }
}
