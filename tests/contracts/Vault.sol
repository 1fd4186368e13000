// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Tokens that are put away: shares of a vault, locks that decay, awards that vest
contract Vault {
    struct Lock {
        int128 amount;
        uint256 end;
    }

    struct Award {
        address usr;
        uint256 tot;
        uint256 bgn;
        uint256 fin;
        uint256 taken;
    }

    uint256 public rate = 1e18;
    uint256 public ids;
    mapping(address holder => uint256 shares) public balanceOf;
    mapping(address holder => Lock) public locked;
    mapping(uint256 id => Award) private _awards;

    /// @notice Let each of `holders` have the shares beside it, each worth `rate_` / 10^18.
    function hold(address[] calldata holders, uint256[] calldata shares, uint256 rate_) external {
        for (uint256 i = 0; i < holders.length; i++) balanceOf[holders[i]] = shares[i];
        rate = rate_;
    }

    /// @notice Lock for each of `holders` the amount beside it until the end beside it.
    function lock(address[] calldata holders, int128[] calldata amounts, uint256[] calldata ends) external {
        for (uint256 i = 0; i < holders.length; i++) locked[holders[i]] = Lock(amounts[i], ends[i]);
    }

    /// @notice Award `total` to `to`, evenly from `begin` to `end`, of which `taken` was paid out before.
    function award(address to, uint256 total, uint256 begin, uint256 end, uint256 taken) external {
        _awards[++ids] = Award(to, total, begin, end, taken);
    }

    /// @notice What shares are worth; a vault that is too small says nothing.
    function convertToAssets(uint256 shares) external view returns (uint256) {
        require(shares % 1000 != 999, "paused");
        return shares * rate / 1e18;
    }

    /// @notice What is locked, less by the thousandth part with every block.
    function balanceOfAt(address holder, uint256 number) external view returns (uint256) {
        int128 amount = locked[holder].amount;
        if (amount <= 0 || number >= 1000) return 0;
        return uint256(uint128(amount)) * (1000 - number) / 1000;
    }

    /// @notice One position of a holder: several numbers, a negative one, and something that is no number.
    function positionOf(uint256 kind, address holder)
        external
        view
        returns (string memory label, uint256 staked, int256 change, bool open)
    {
        require(kind < 3, "no such kind");
        staked = balanceOf[holder] / (kind + 1);
        change = int256(staked) - int256(uint256(int256(locked[holder].amount < 0 ? int128(0) : locked[holder].amount)));
        return ("position", staked, change, staked > 0);
    }

    /// @notice What a holder gains or has lost.
    function changeOf(address holder) external view returns (int256) {
        return int256(locked[holder].amount);
    }

    function usr(uint256 id) external view returns (address) {
        return _awards[id].usr;
    }

    function tot(uint256 id) external view returns (uint256) {
        return _awards[id].tot;
    }

    function bgn(uint256 id) external view returns (uint256) {
        return _awards[id].bgn;
    }

    function fin(uint256 id) external view returns (uint256) {
        return _awards[id].fin;
    }

    /// @notice What was paid out, or could be.
    function accrued(uint256 id) external view returns (uint256) {
        return _awards[id].taken;
    }
}
