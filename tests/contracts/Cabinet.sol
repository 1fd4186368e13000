// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A token of every kind: what an account has follows from its address and from the block
contract Cabinet {
    uint8 public constant decimals = 18;
    string public constant symbol = "CAB";

    function balanceOf(address account) public view returns (uint256) {
        uint256 digits = uint256(keccak256(abi.encode(account)));
        return digits % 5 == 0 ? 0 : (digits >> 128) % (10 ** (15 + digits % 10)) + block.number;
    }

    function balanceOf(address account, uint256 id) public view returns (uint256) {
        return (balanceOf(account) >> 40) % (id + 7) + block.number;
    }

    function balanceOfBatch(address[] calldata accounts, uint256[] calldata ids)
        external
        view
        returns (uint256[] memory held)
    {
        held = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) held[i] = balanceOf(accounts[i], ids[i]);
    }

    function getVotes(address account) external view returns (uint256) {
        return balanceOf(account) / 3 + block.number;
    }

    function getCurrentVotes(address account) external view returns (uint96) {
        return uint96(balanceOf(account) / 7);
    }

    function balanceOfAt(address account, uint256 number) external view returns (uint256) {
        return balanceOf(account) + number * 1e18;
    }

    function delegates(address account) external view returns (address) {
        return balanceOf(account) % 2 == 0 ? address(0) : address(uint160(account) ^ 1);
    }

    function convertToAssets(uint256 shares) external view returns (uint256) {
        return shares * (100 + block.number) / 99;
    }

    function stakeOf(address account) external view returns (uint256 staked, uint256 pending) {
        return (balanceOf(account) / 11, balanceOf(account) / 13);
    }

    /// @notice Ids are owned by the account of that number; those that divide by 4 are burned.
    function ownerOf(uint256 id) external pure returns (address) {
        require(id % 4 != 0, "burned");
        return address(uint160(id));
    }
}
