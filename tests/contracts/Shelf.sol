// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Things with numbers: single ones as ERC-721 has them, and many of a kind as ERC-1155 does
contract Shelf {
    mapping(uint256 id => address owner) private _owners;
    mapping(address owner => uint256 count) private _counts;
    mapping(address holder => mapping(uint256 id => uint256 amount)) private _stock;

    /// @notice Give each single thing to the one beside it; to zero, burn it.
    function give(uint256[] calldata ids, address[] calldata to) external {
        for (uint256 i = 0; i < ids.length; i++) {
            address before = _owners[ids[i]];
            if (before != address(0)) _counts[before]--;
            if (to[i] != address(0)) _counts[to[i]]++;
            _owners[ids[i]] = to[i];
        }
    }

    /// @notice Let each of `holders` have `amounts` of the kind `id`.
    function stock(uint256 id, address[] calldata holders, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < holders.length; i++) _stock[holders[i]][id] = amounts[i];
    }

    function ownerOf(uint256 id) external view returns (address owner) {
        owner = _owners[id];
        require(owner != address(0), "nobody's");
    }

    function balanceOf(address owner) external view returns (uint256) {
        require(owner != address(0), "nobody");
        return _counts[owner];
    }

    function balanceOf(address holder, uint256 id) public view returns (uint256) {
        return _stock[holder][id];
    }

    function balanceOfBatch(address[] calldata holders, uint256[] calldata ids)
        external
        view
        returns (uint256[] memory held)
    {
        held = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) held[i] = balanceOf(holders[i], ids[i]);
    }
}
