// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Erc20} from "./Erc20.sol";
import {Owned} from "./Owned.sol";

/// @title A stablecoin: ERC-20 with 6 decimals
contract Stablecoin is Erc20, Owned {
    constructor(string memory name_, string memory symbol_) Erc20(name_, symbol_, 6) {}

    /// @notice Create `value` for `to`.
    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }
}
