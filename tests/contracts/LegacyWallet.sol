// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A wallet of one owner that knows the form before EIP-1271 only: bytes instead of a digest
contract LegacyWallet {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes calldata data, bytes calldata signature) external view returns (bytes4) {
        require(signature.length == 65 && data.length == 32, "not mine");
        address signer =
            ecrecover(bytes32(data), uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        require(signer == owner, "not mine");
        return this.isValidSignature.selector;
    }
}
