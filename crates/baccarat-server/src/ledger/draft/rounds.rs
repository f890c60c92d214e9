//! The ends of rounds, worked into a draft: settled, refunded, or paid when the last process could not.

use std::sync::Arc;

use super::super::row::{Kind, Row, StakeId};
use super::super::{Amount, Closed, Player, Refusal, Returned, Returns, RoundId, Settlement, UserId};
use super::{Draft, End, check_number};

impl Draft<'_> {
    // ANCHOR: settle
    /// Ends a round: each stake becomes what it returns, and goes back to its user. The second time, nothing happens.
    pub(in super::super) fn settle(&mut self, settlement: &Settlement) -> Result<Closed, Refusal> {
        check_number(settlement.shoe)?;
        let end = End::Settled(settlement.clone());
        let closed = self.close(settlement.round, Some(end), |stake, amount| {
            paid(stake, amount, &settlement.returns)
        })?;
        // Its number is used now, also where its beginning could not be stored.
        let last = &mut self.table(settlement.round.table).last;
        last.shoe = last.shoe.max(settlement.shoe);
        Ok(closed)
    }

    /// Ends a round that has no result: each stake goes back to its user.
    pub(in super::super) fn refund(&mut self, round: RoundId) -> Result<Closed, Refusal> {
        self.close(round, Some(End::Refunded(round)), |stake, amount| {
            Some((amount, vec![Row::given_back(stake, Kind::Refund, amount)]))
        })
    }
    // ANCHOR_END: settle

    /// Ends a round whose result is stored already, without its payouts.
    pub(in super::super) fn pay(&mut self, round: RoundId, returns: &Returns) -> Result<Closed, Refusal> {
        self.close(round, None, |stake, amount| paid(stake, amount, returns))
    }

    /// `ends` says what a stake becomes, and by which rows; None where that does not fit.
    fn close(
        &mut self,
        round: RoundId,
        end: Option<End>,
        ends: impl Fn(&StakeId, Amount) -> Option<(Amount, Vec<Row>)>,
    ) -> Result<Closed, Refusal> {
        self.check_table(round.table)?;
        if let Some(closed) = self.table(round.table).ended(round) {
            return Ok(closed.clone());
        }
        let stakes = self.stakes(round)?;
        let mut rows = Vec::new();
        let mut players: Vec<Player> = Vec::new();
        for (stake, amount) in stakes {
            let (returned, of_this_stake) = ends(&stake, amount).ok_or(Refusal::TooLarge)?;
            rows.extend(of_this_stake);
            add_side(&mut players, &stake, amount, returned);
        }
        self.post_all(rows)?;
        for player in &mut players {
            player.balance = self.user(&player.user);
        }
        let closed = Closed { players };
        let table = self.table(round.table);
        table.open.remove(&round.number);
        table.closed = Some((round.number, Arc::new(closed.clone())));
        self.changes.ends.extend(end);
        Ok(closed)
    }

    /// What is staked in a round, in the order of users and sides.
    fn stakes(&mut self, round: RoundId) -> Result<Vec<(StakeId, Amount)>, Refusal> {
        check_number(round.number)?;
        let playing = self.table(round.table).playing(round)?;
        Ok(playing.accounts(round))
    }

    /// Uses up the number of a shoe.
    pub(in super::super) fn begin_shoe(&mut self, table: i32, shoe: u64) -> Result<(), Refusal> {
        check_number(shoe)?;
        self.check_table(table)?;
        let last = &mut self.table(table).last;
        if shoe > last.shoe {
            last.shoe = shoe;
            self.changes.ends.push(End::Shoe { table, shoe });
        }
        Ok(())
    }
}

/// What a stake returns, and the rows that make it so: the house takes what is lost or adds what is won, and the rest
/// goes to the user.
fn paid(stake: &StakeId, amount: Amount, returns: &Returns) -> Option<(Amount, Vec<Row>)> {
    let returned = returns.of(stake.side, amount)?;
    let difference = returned.checked_sub(amount)?;
    let mut rows = Vec::new();
    if difference > Amount::ZERO {
        rows.push(Row::win(stake, difference));
    } else if difference < Amount::ZERO {
        rows.push(Row::loss(stake, amount.checked_sub(returned)?));
    }
    if returned > Amount::ZERO {
        rows.push(Row::given_back(stake, Kind::Payout, returned));
    }
    Some((returned, rows))
}

/// Stakes come in the order of their users, so one of the last user's is another side.
fn add_side(players: &mut Vec<Player>, stake: &StakeId, amount: Amount, returned: Amount) {
    let side = Returned {
        side: stake.side,
        stake: amount,
        returned,
    };
    match players.last_mut().filter(|player| player.user == stake.user) {
        Some(player) => player.sides.push(side),
        None => players.push(Player {
            user: UserId::clone(&stake.user),
            balance: Amount::ZERO,
            sides: vec![side],
        }),
    }
}
