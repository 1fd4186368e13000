// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Pair} from "Pair.sol";

/// @title What makes pairs and tells of each, as Uniswap V2 does
contract PairFactory {
    address[] public allPairs;

    event PairCreated(address indexed token0, address indexed token1, address pair, uint256 number);

    function createPair(address one, address other) external {
        (address token0, address token1) = one < other ? (one, other) : (other, one);
        address pair = address(new Pair(token0, token1));
        allPairs.push(pair);
        emit PairCreated(token0, token1, pair, allPairs.length);
    }
}
