// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A pair of tokens whose reserves and shares are set
contract Pair {
    address public immutable token0;
    address public immutable token1;
    uint256 public totalSupply;
    mapping(address holder => uint256 shares) public balanceOf;
    uint112 private _reserve0;
    uint112 private _reserve1;

    constructor(address token0_, address token1_) {
        token0 = token0_;
        token1 = token1_;
    }

    /// @notice Let so much of each token stand behind the shares.
    function fill(uint112 reserve0, uint112 reserve1) external {
        (_reserve0, _reserve1) = (reserve0, reserve1);
    }

    /// @notice Let each of `holders` have the shares beside it.
    function hold(address[] calldata holders, uint256[] calldata shares) external {
        for (uint256 i = 0; i < holders.length; i++) {
            totalSupply = totalSupply - balanceOf[holders[i]] + shares[i];
            balanceOf[holders[i]] = shares[i];
        }
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (_reserve0, _reserve1, uint32(block.timestamp));
    }
}
