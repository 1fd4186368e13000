// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Erc20} from "./Erc20.sol";
import {Owned} from "./Owned.sol";

/// @title A treasury: anybody may pay in, the owner pays out
contract Treasury is Owned {
    event Received(address indexed from, uint256 value);
    event Paid(address indexed token, address indexed to, uint256 value);

    error Unpaid(address token, address to, uint256 value);

    /// @notice Take the chain's coin.
    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    /// @notice Pay `value` of `token` (zero: the chain's coin) to `to`.
    function pay(address token, address payable to, uint256 value) external onlyOwner {
        emit Paid(token, to, value);
        bool done;
        if (token == address(0)) (done,) = to.call{value: value}("");
        else done = Erc20(token).transfer(to, value);
        if (!done) revert Unpaid(token, to, value);
    }
}
